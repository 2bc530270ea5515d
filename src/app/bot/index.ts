export { receiver } from './receiver.ts';
export { readReviewKey, reviewKey, wantedBy } from './wanted-by.ts';
export { webhookMiddleware } from './webhook-middleware.ts';
