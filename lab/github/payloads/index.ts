export { accountPayload } from './account.ts';
export { appPayload, installationPayload } from './app.ts';
export { annotationPayload, checkRunPayload } from './check-run.ts';
export { deploymentPayload, deploymentStatusPayload } from './deployment.ts';
export { changedFilePayload, commitPayload, gitCommitPayload, treePayload } from './git.ts';
export { commentPayload, issuePayload } from './issue-comment.ts';
export { type Links, linksOf, nodeId } from './links.ts';
export {
  fullPullRequestPayload,
  type PullRequestDetails,
  pullRequestPayload,
} from './pull-request.ts';
export { fullRepositoryPayload, repositoryPath, repositoryPayload } from './repository.ts';
