export { TableFullError } from './number-pool.ts';
export type { ForeignChange, ReadBack } from './read-back.ts';
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
