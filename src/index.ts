export {
  type AgentPolicy,
  type Guardrail,
  type ParsedPolicies,
  type PolicyFile,
  type PolicySet,
  type Problem,
  parsePolicies,
} from './policy/index.ts';
export {
  compile,
  decide,
  type Flow,
  type Reason,
  type RuleSet,
  serialiseRuleSet,
  type Verdict,
} from './rules/index.ts';
export { type LoadedPolicies, loadPolicies, PolicyFolderError } from './source/index.ts';
