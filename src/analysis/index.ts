export {
  type Coverage,
  type CoverageLevel,
  coverageCounts,
  coverageLevels,
  coverageOf,
} from './coverage/index.ts';
export {
  describeCase,
  expectationText,
  type PolicyTestResult,
  runPolicyTests,
  testProblems,
  verdictText,
} from './policy-tests/index.ts';
