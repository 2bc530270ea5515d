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
export type { HostPattern } from './host-pattern.ts';
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
export type { Position, Problem, Severity } from './problem.ts';
