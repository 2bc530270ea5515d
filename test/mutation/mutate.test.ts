import { expect, test } from 'vitest';
import { instrument } from './instrument.ts';
import { renderFates, scoreOf } from './render-fates.ts';
import { tryMutants } from './try-mutants.ts';

const file = 'test/mutation/fixture/older.ts';

test('mutants die by the tests that notice them, and only those', { timeout: 60_000 }, async () => {
  const { mutants, code } = await instrument([file]);
  const fates = await tryMutants({
    code,
    tests: ['test/mutation/fixture/older.spec.ts'],
    mutants,
    workers: 1,
    progress: () => {},
  });
  const fateOf = (replacement: string) =>
    fates.find(({ mutant }) => mutant.replacement === replacement);
  expect(fateOf('age <= than')).toMatchObject({
    state: 'killed',
    by: 'test/mutation/fixture/older.spec.ts: three is older than one',
  });
  expect(fateOf('false')?.state).toBe('killed');
  expect(fateOf('{}')?.state).toBe('killed');
  expect(fateOf('true')?.state).toBe('survived');
  expect(fateOf('age >= than')?.state).toBe('survived');
  expect(scoreOf(fates)).toEqual({ killed: 3, all: 5, score: '60.0%' });

  const report = renderFates(fates);
  expect(report).toContain(' 60.0%         3/5  test/mutation/fixture/older.ts');
  expect(report).toContain(`${file}:2:10  EqualityOperator\n  - age > than\n  + age >= than`);
});
