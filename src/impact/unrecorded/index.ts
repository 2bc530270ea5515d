export { everyWay, type Unrecorded } from './every-way.ts';
export type { PossibleFlow, Recorded } from './possible-flow.ts';
