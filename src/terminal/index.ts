export { count, countProblems, errorLine, paintFor, problemReport } from './report.ts';
export { POLICY_ERRORS, soundPolicies } from './sound-policies.ts';
