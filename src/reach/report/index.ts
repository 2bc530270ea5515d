export { type Narrowing, narrowGrants } from './narrow-grants.ts';
export {
  type Place,
  type ReachReport,
  type ReportedPolicies,
  reachReport,
} from './reach-report.ts';
export { type GrantOptions, renderReach, renderReachers } from './render-grants.ts';
export { type ReachMarkdownOptions, renderReachMarkdown } from './render-markdown.ts';
export { renderReachTerminal, type TerminalOptions } from './render-terminal.ts';
export { reachJson } from './report-json.ts';
export { standingDenies } from './standing-denies.ts';
export { headlineText } from './verdict-words.ts';
