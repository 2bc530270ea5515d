export { lintProblems } from './lint.ts';
