export {
  type Place,
  type ReachReport,
  type ReportedPolicies,
  reachReport,
} from './reach-report.ts';
export { type ReachMarkdownOptions, renderReachMarkdown } from './render-markdown.ts';
export { renderReachTerminal, type TerminalOptions } from './render-terminal.ts';
export { reachJson } from './report-json.ts';
