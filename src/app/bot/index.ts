export { type Delivery, readReviewKey, reviewKey, wantedBy } from './wanted-by.ts';
export { webhookMiddleware } from './webhook-middleware.ts';
