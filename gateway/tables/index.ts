export { perOfCode, type SpentBudget } from './budget-store.ts';
export { TableFullError } from './number-pool.ts';
export { periodOf } from './period.ts';
export { type ForeignChange, joined, type ReadBack, readBack } from './read-back.ts';
export type { Way, Ways } from './route-store.ts';
export { type Applied, RuleTables } from './rule-tables.ts';
export { type Binding, sourceValue } from './sources.ts';
export {
  addressBytes,
  addressText,
  addressWords,
  nameText,
  nanoseconds,
  reversedName,
  textOf,
} from './wire.ts';
export type { WorkloadChange } from './workload-change.ts';
export { heededWorkloads, type Workload } from './workloads.ts';
