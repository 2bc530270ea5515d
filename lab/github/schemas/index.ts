export { checkAnswer, checkBody, checkDelivery, checkQuery } from './check.ts';
export type { Operation } from './described.ts';
