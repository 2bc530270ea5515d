import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeKernel } from '../../kernel/availability.ts';
import { runs } from '../../kernel/runs.ts';
import { project } from '../targets.ts';
import { applied, mutantsOf } from './c-mutants.ts';
import { tryMutant } from './try-object.ts';

const sample = `/* a == b */
static int parse(int a)
{
\t/* if (a) */
\tif (a < 4 && a != SP_REASON_DENIED)
\t\treturn 1;
\tc->at = a + 2;
\tsay("twice", a);
\treturn 0;
}
`;

describe('small changes of C', () => {
  const mutants = mutantsOf('sample.h', sample);
  const changes = mutants.map(({ line, original, replacement }) => [line, original, replacement]);

  it.each([
    [5, '<', '<='],
    [5, '<', '>='],
    [5, '&&', '||'],
    [5, '!=', '=='],
    [5, '4', '5'],
    [5, 'SP_REASON_DENIED', 'SP_REASON_NOT_READY'],
    [5, 'a < 4 && a != SP_REASON_DENIED', '0'],
    [5, 'a < 4 && a != SP_REASON_DENIED', '!(a < 4 && a != SP_REASON_DENIED)'],
    [7, '+', '-'],
    [7, 'c->at = a + 2', ''],
    [8, 'say("twice", a)', ''],
  ])('line %i: %s becomes %s', (...change) => {
    expect(changes).toContainEqual(change);
  });

  it('leave comments alone, and everything around a change as it was', () => {
    expect(changes.filter(([line]) => line === 1 || line === 4)).toEqual([]);
    const dropped = mutants.find(({ replacement }) => replacement === '0');
    expect(dropped && applied(sample, dropped)).toBe(
      sample.replace('a < 4 && a != SP_REASON_DENIED', '0'),
    );
  });
});

/** In the order in which they are tried; the others with SALLYPORT_RUNS=3. */
const picked: readonly (readonly [file: string, original: string, replacement: string])[] = [
  ['parse.h', 'ip->ihl > 5', '0'],
  ['parse_l4.h', 'header < sizeof(*tcp) || header > c->l4_length', '0'],
  ['dns_answer.h', '!question', '0'],
];

describeKernel('the tests of the data plane', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sallyport-mutant-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(picked.slice(0, runs(1)))(
    'notice a dropped denial: %s, %s',
    { timeout: 120_000 },
    async (name, original, replacement) => {
      const file = `gateway/bpf/${name}`;
      const mutants = mutantsOf(file, readFileSync(path.join(project, file), 'utf8'));
      const mutant = mutants.find(
        (one) => one.original === original && one.replacement === replacement,
      );
      const tests = ['malformed', 'dns-answers-malformed'].map(
        (test) => `test/kernel/${test}.test.ts`,
      );
      const fate = mutant && (await tryMutant(mutant, tests, path.join(folder, name)));
      expect(fate?.state).toBe('killed');
    },
  );
});
