import { globSync } from 'node:fs';
import path from 'node:path';

export const project = path.resolve(import.meta.dirname, '../..');

/** Code that is mutated, and the tests that should notice. */
export interface Target {
  readonly name: string;
  readonly sources: readonly string[];
  /** In this order: what kills most at least cost comes first. */
  readonly tests: readonly string[];
}

export const targets: readonly Target[] = [
  {
    name: 'src/rules',
    sources: [
      'src/rules/judge/*.ts',
      'src/rules/time/*.ts',
      'src/rules/{builtin-guardrail,canonical-*,compile*,rules-for-group}.ts',
    ],
    tests: [
      'test/rules/vectors.test.ts',
      'test/rules/{edges,canonical,compile,rules-for}*.test.ts',
      'test/rules/time/*.test.ts',
      'test/rules/{evaluator,explain,decide.property}.test.ts',
    ],
  },
  {
    name: 'src/reach',
    sources: ['src/reach/*.ts', 'src/reach/{atoms,compare,model,sets,terms}/*.ts'],
    tests: ['test/reach/*.test.ts', 'test/reach/*/*.test.ts'],
  },
];

/**
 * What these keep of earlier answers outlives a test, and would hide a mutant or pass its work on: each of their mutants
 * gets a process of its own.
 */
export const remembering: readonly string[] = [
  'src/rules/time/zone-clock.ts',
  'src/reach/atoms/address-line.ts',
];

/** Files of a list of patterns in its order, from the root of the project; none twice. */
export function filesOf(patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: project }).sort());
  return [...new Set(found)].filter((file) => !file.endsWith('/index.ts'));
}
