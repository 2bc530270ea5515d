import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'vitest';
import { PolicyWatch } from '../../gateway/agent/policy-watch.ts';
import { waitFor } from '../../lab/net/index.ts';

let folder: string;
let outside: string;
let watch: PolicyWatch | undefined;
let calls = 0;
const start = async (dir: string) => {
  calls = 0;
  watch = new PolicyWatch(dir, async () => {
    calls++;
  });
  await watch.start();
};
const changed = () => waitFor('the change to be noticed', () => calls > 0, { deadline: 10_000 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  outside = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
});
afterEach(async () => {
  await watch?.stop();
  for (const path of [folder, outside]) rmSync(path, { recursive: true });
});

it('notices a folder that is exchanged behind a link, as a ConfigMap is', async () => {
  for (const version of ['..1', '..2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'p.yaml'), version);
  }
  symlinkSync('..1', join(folder, '..data'));
  symlinkSync('..data/p.yaml', join(folder, 'p.yaml'));
  await start(folder);
  symlinkSync('..2', join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
  await changed();
});

it('notices what only a look can find, also beside a link that leads nowhere', async () => {
  const target = join(outside, 'p.yaml');
  writeFileSync(target, 'one');
  symlinkSync('nowhere', join(folder, 'dangling.yaml'));
  symlinkSync(outside, join(folder, 'linked'));
  symlinkSync(target, join(folder, 'p.yaml'));
  await start(folder);
  utimesSync(target, new Date(0), new Date(0));
  await changed();
});
