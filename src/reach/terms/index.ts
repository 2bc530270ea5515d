export { addressTerms, plainCidrs } from './address-terms.ts';
export { holds, type ReachPoint } from './holds.ts';
export { mergeBoxes } from './merge-boxes.ts';
export { nameTerms } from './name-terms.ts';
export { regionsOf, type Scope } from './region-terms.ts';
export { timeTerms } from './time-terms.ts';
