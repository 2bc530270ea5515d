export { simulate } from './simulate.ts';
export type { AgentImpact, Change, ChangeKind, Counts, Simulation } from './simulation.ts';
