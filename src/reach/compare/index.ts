export { asksOtherwise, receivesOtherwise } from './entry.ts';
export { flowChanges, type Sides } from './flow-changes.ts';
export { handlingChanges } from './handling-changes.ts';
export { Owners } from './owners.ts';
export { questionChanges } from './question-changes.ts';
export { sourceChange } from './source-change.ts';
export { together, verdictOf } from './verdict.ts';
