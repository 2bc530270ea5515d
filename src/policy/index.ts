export {
  type Address,
  addressBits,
  formatAddress,
  isMapped,
  parseAddress,
  parsePacketAddress,
} from './address.ts';
export {
  type Cidr,
  cidrHolds,
  cidrsOverlap,
  compareCidrs,
  formatCidr,
  hostCidr,
  networkOf,
  parseCidr,
} from './cidr.ts';
export { compareBytes } from './compare-bytes.ts';
export { decodeFile, type PolicyFile, tooLarge } from './decode.ts';
export { formatProblem, type Paint, plain } from './format-problem.ts';
export { harmlessJson, harmlessText } from './harmless-text.ts';
export {
  formatHostPattern,
  type HostFault,
  type HostPattern,
  hostMatches,
  parseHostPattern,
} from './host-pattern.ts';
export { limits } from './limits.ts';
export { selectorMatches } from './meaning/index.ts';
export { type ParsedPolicies, parsePolicies } from './parse-policies.ts';
export type {
  AgentPolicy,
  Guardrail,
  Metadata,
  Mode,
  PolicyClause,
  PolicyDestination,
  PolicySet,
  PortRange,
  Protocol,
} from './policy-set.ts';
export { compareProblems, isError, type Position, type Problem, type Severity } from './problem.ts';
export { makeProblem, type ProblemName, problemCodes } from './problem-codes.ts';
export { editorSchema } from './schema/index.ts';
