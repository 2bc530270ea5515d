export type { Publication, PublishedBundle } from './publications.ts';
export type { StoredReport } from './reports.ts';
export type { Review, ReviewKey, Reviews } from './reviews.ts';
export { openState, type State } from './state.ts';
export type { Ticket, Work, WorkKind, WorkLog } from './work-log.ts';
