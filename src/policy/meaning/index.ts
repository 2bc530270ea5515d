export { selectorMatches } from './applies-to.ts';
export { checkSet } from './check-set.ts';
export type { Draft } from './draft.ts';
export { isSound } from './draft.ts';
export type { RawDocument } from './raw-document.ts';
export { readDocument } from './read-document.ts';
export { readerOf } from './reader.ts';
