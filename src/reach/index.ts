export { idleClauses, reachOf, whoReaches } from './ask/index.ts';
export { diffReach } from './diff-reach.ts';
export type {
  Grant,
  IdleClause,
  Reach,
  Reacher,
  ReachOptions,
  ReachTarget,
} from './reach.ts';
export type {
  AgentReachDiff,
  Deciding,
  HandlingChange,
  QuestionChange,
  QuestionRegion,
  ReachChange,
  ReachDiff,
  ReachVerdict,
  SourceChange,
} from './reach-diff.ts';
export type {
  AddressTerms,
  BudgetTerm,
  ExceptionTerms,
  NameTerms,
  PeerTerms,
  PrincipalTerms,
  Region,
  TimeCase,
  TimeTerms,
  TrafficTerms,
} from './region.ts';
export { holds, type ReachPoint } from './terms/index.ts';
