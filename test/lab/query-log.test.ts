import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { questionsLogged } from '../../lab/services/index.ts';

it('counts the questions that a resolver has logged for a label, and nothing else in its log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  const log = join(folder, 'unbound.log');
  await writeFile(
    log,
    `[1795396913] unbound[77:0] notice: init module 0: iterator
[1795396913] unbound[77:0] info: start of service (unbound 1.17.1).
[1795396914] unbound[77:0] info: 10.8.1.2 data.Governed.evil.example. TXT IN
[1795396914] unbound[77:0] info: fd00:8:1::2 data.governed.evil.example. A IN
[1795396915] unbound[77:0] info: 10.20.0.43 data.ungoverned.evil.example. TXT IN
`,
  );
  expect(await questionsLogged(log, '.governed.')).toBe(2);
  expect(await questionsLogged(log, '.ungoverned.')).toBe(1);
  expect(await questionsLogged(log, '.service.')).toBe(0);
  await rm(folder, { recursive: true });
});
