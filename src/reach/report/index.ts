export { headlineText } from './headline-text.ts';
export { type Narrowing, narrowGrants } from './narrow-grants.ts';
export { isByName, possibleGrants } from './possible-grants.ts';
export {
  type Place,
  type ReachReport,
  type ReportedPolicies,
  reachReport,
} from './reach-report.ts';
export { type GrantOptions, renderReach } from './render-grants.ts';
export { type ReachMarkdownOptions, renderReachMarkdown } from './render-markdown.ts';
export { renderAddressReachers, renderReachers } from './render-reachers.ts';
export { renderReachTerminal, type TerminalOptions } from './render-terminal.ts';
export { reachJson } from './report-json.ts';
export { type RuleKnowledge, ruleKnowledge } from './rule-knowledge.ts';
