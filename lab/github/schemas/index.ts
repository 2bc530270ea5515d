export { checkAnswer, checkBody, checkDelivery } from './check.ts';
export type { Operation, WebhookName } from './described.ts';
