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
  testProblems,
  verdictText,
} from './policy-tests/index.ts';
