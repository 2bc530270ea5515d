export { coverageReport } from './coverage-report.ts';
export { explanationText } from './explanation-text.ts';
export { testsJunit, testsTap, testsText } from './policy-tests/index.ts';
export {
  count,
  countProblems,
  errorLine,
  paintFor,
  problemReport,
  terminalWidth,
} from './report.ts';
export { POLICY_ERRORS, soundPolicies, tellProblems } from './sound-policies.ts';
export { loadTestedPolicies } from './tested-policies.ts';
