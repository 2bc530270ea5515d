export type { ReviewContext } from './context.ts';
export { type ReviewTarget, reviewPullRequest } from './review-pull-request.ts';
