export {
  type Coverage,
  type CoverageLevel,
  coverageCounts,
  coverageLevels,
  coverageOf,
} from './coverage/index.ts';
export { type ExaminedPolicies, type ExamineOptions, examinePolicies } from './examine-policies.ts';
export {
  describeCase,
  expectationText,
  type PolicyTestResult,
  runPolicyTests,
  testGround,
  testProblems,
  verdictText,
} from './policy-tests/index.ts';
export {
  bumpProblems,
  type VersionBump,
  type VersionBumpOptions,
  versionBumps,
} from './versions/index.ts';
export { type WrittenClause, writtenClauses } from './written-clauses.ts';
