export { descend, type Part } from './descend.ts';
export { asksOtherwise, canEnter, receivesOtherwise } from './entry.ts';
export { flowChanges, ownSideOf, type Sides } from './flow-changes.ts';
export { handlingChanges } from './handling-changes.ts';
export { anywhere, type Holding, Owners, type Parties } from './owners.ts';
export { groundOf, type OwnSide, scopeOf, universeOf } from './pairing.ts';
export { questionChanges } from './question-changes.ts';
export { sourceChange } from './source-change.ts';
export { together, verdictOf } from './verdict.ts';
