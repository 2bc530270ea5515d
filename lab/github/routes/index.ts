import type { Route, Tokens } from '../http/index.ts';
import { appRoutes } from './app.ts';
import { checkRunRoutes } from './check-runs.ts';
import { commitRoutes } from './commits.ts';
import { contentsRoutes } from './contents.ts';
import { deliveryRoutes } from './deliveries.ts';
import { deploymentRoutes } from './deployments.ts';
import { gitDataRoutes } from './git-data.ts';
import { issueCommentRoutes } from './issue-comments.ts';
import { pullRequestRoutes } from './pull-requests.ts';

/** All routes; where two paths fit, the more particular one stands first. */
export const allRoutes = (tokens: Tokens): readonly Route[] => [
  ...appRoutes(tokens),
  ...deliveryRoutes,
  ...pullRequestRoutes,
  ...gitDataRoutes,
  ...contentsRoutes,
  ...checkRunRoutes,
  ...commitRoutes,
  ...issueCommentRoutes,
  ...deploymentRoutes,
];
