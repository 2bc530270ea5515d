export {
  describeCase,
  expectationText,
  type PolicyTestResult,
  runPolicyTests,
  testProblems,
  verdictText,
} from './run-policy-tests.ts';
