export { testGround } from './case-flow.ts';
export {
  describeCase,
  expectationText,
  type PolicyTestResult,
  runPolicyTests,
  testProblems,
  verdictText,
} from './run-policy-tests.ts';
