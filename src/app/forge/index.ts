export type {
  Annotation,
  Branch,
  CheckOutput,
  Comment,
  Conclusion,
  DeploymentState,
  Forge,
  ForgeReader,
  ForgeWriter,
  PullRequest,
  Tree,
  TreeEntry,
} from './forge.ts';
export { settledHead } from './settled-head.ts';
