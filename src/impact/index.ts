export type { AttentionItem } from './attention.ts';
export {
  type ImpactInput,
  type ImpactReport,
  impactReport,
  type ReviewedPolicies,
  type UntoldReach,
} from './impact-report.ts';
export { type Links, type MarkdownOptions, renderMarkdown } from './markdown/index.ts';
export type { Place } from './places.ts';
export { renderTerminal } from './render-terminal.ts';
export { reportJson } from './report-json.ts';
export { simulate } from './simulate.ts';
export type { AgentImpact, Change, ChangeKind, Counts, Simulation } from './simulation.ts';
