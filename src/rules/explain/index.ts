export { type ExplainedStep, type Explanation, explain } from './explain.ts';
