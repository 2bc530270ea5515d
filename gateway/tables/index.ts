export { TableFullError } from './number-pool.ts';
export type { ForeignChange, ReadBack } from './read-back.ts';
export { type Applied, RuleTables } from './rule-tables.ts';
export type { Binding } from './sources.ts';
export {
  addressBytes,
  addressText,
  addressWords,
  nameText,
  nanoseconds,
  reversedName,
  textOf,
} from './wire.ts';
export { heededWorkloads, type Workload } from './workloads.ts';
