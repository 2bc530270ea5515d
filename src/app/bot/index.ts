export { receiver } from './receiver.ts';
export { readReviewKey, reviewKey } from './wanted-by.ts';
export { webhookMiddleware } from './webhook-middleware.ts';
