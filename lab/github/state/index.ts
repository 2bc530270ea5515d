export type { Permissions } from './app.ts';
export type {
  Account,
  Annotation,
  CheckRun,
  Deployment,
  DeploymentStatus,
  Installation,
  IssueComment,
  PullRequest,
  Repository,
} from './records.ts';
export { type AppOptions, timestamp, World } from './world.ts';
