export { type DraftPolicy, draftFile, draftText } from './acs/index.ts';
export {
  type Address,
  addressBits,
  formatAddress,
  isMapped,
  parseAddress,
  parsePacketAddress,
} from './address.ts';
export { type AddressRanges, addressRanges, rangesCover } from './address-ranges.ts';
export { isCalendarDay } from './calendar-day.ts';
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
export { formatProblem, type Paint } from './format-problem.ts';
export { harmlessJson, harmlessText } from './harmless-text.ts';
export {
  formatHostPattern,
  type HostPattern,
  hostMatches,
  parseHostPattern,
} from './host-pattern.ts';
export { limits } from './limits.ts';
export { listedProblems } from './listed-problems.ts';
export { builtinClauses, canLeave, selectorMatches } from './meaning/index.ts';
export { ParseCache } from './parse-cache.ts';
export { type ParsedPolicies, parsePolicies } from './parse-policies.ts';
export {
  type AgentPolicy,
  type Budget,
  type Day,
  type DnsLimits,
  type DnsOnDeny,
  days,
  type Endpoint,
  emptyPolicySet,
  type GatewayGroup,
  type Guardrail,
  type Labels,
  type Metadata,
  type Mode,
  type OnDeny,
  type PolicyClause,
  type PolicyDestination,
  type PolicyIngressClause,
  type PolicySet,
  type PolicyTest,
  type PolicyTestCase,
  type PortRange,
  type Protocol,
  type Requirement,
  type Route,
  type Window,
} from './policy-set.ts';
export { isError, type Position, type Problem, type Severity } from './problem.ts';
export { makeProblem, problemCodes } from './problem-codes.ts';
export { editorSchema } from './schema/index.ts';
export { isTimeZone } from './time-zone.ts';
export { parseTimestamp } from './timestamp.ts';
