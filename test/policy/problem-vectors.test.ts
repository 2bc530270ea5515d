import { describe, expect, it } from 'vitest';
import { parsePolicies } from '../../src/policy/index.ts';
import { loadProblemVectors } from '../vectors/load-problem-vectors.ts';

describe.each(loadProblemVectors())('$name: $title', ({ cases }) => {
  it.each(cases)('$title', ({ files, expect: expected }) => {
    const { problems } = parsePolicies(files);
    expect(problems.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual(expected);
  });
});
