import {
  isError,
  listedProblems,
  type ParseCache,
  type ParsedPolicies,
  type PolicyFile,
  type Problem,
  parsePolicies,
} from '../policy/index.ts';
import { compile, type RuleSet } from '../rules/index.ts';
import { lintProblems } from './lints/index.ts';
import { type PolicyTestResult, runPolicyTests, testProblems } from './policy-tests/index.ts';

export interface ExaminedPolicies extends ParsedPolicies {
  /** What the policies compile to; absent where they could not be read without errors. */
  readonly ruleSet?: RuleSet;
  /** Of all PolicyTests; empty where the policies could not be read without errors. */
  readonly tests: readonly PolicyTestResult[];
}

export interface ExamineOptions {
  /**
   * Milliseconds since 1970, UTC. With it the policies are linted too: what can never match, what has expired and the
   * like. Lints are warnings and notices; whoever only enforces does without.
   */
  readonly now?: number;
  /** Spares parsing what has been parsed before. */
  readonly cache?: ParseCache;
}

/**
 * Reads policy files and finds out whether they mean what they promise: {@link parsePolicies}, then PolicyTests, whose
 * failed cases are errors, then lints. What stands in files with errors is examined no further.
 */
export function examinePolicies(
  files: readonly PolicyFile[],
  readingProblems: readonly Problem[] = [],
  { now, cache }: ExamineOptions = {},
): ExaminedPolicies {
  const parsed = parsePolicies(files, readingProblems, cache);
  if (parsed.problems.some(isError)) return { ...parsed, tests: [] };
  const { policySet, problems } = parsed;
  const ruleSet = compile(policySet);
  const tests = runPolicyTests(policySet, ruleSet);
  const lints = now === undefined ? [] : lintProblems(policySet, ruleSet, now);
  const found = [...problems, ...testProblems(tests), ...lints];
  return { policySet, problems: listedProblems(found), ruleSet, tests };
}
