export { copyTree, forgeTree, withTree } from './bundle-tree.ts';
export { type ControlPlane, policyRepository, startControlPlane } from './control-plane.ts';
export { readGitHub } from './read-github.ts';
export { mergeReceivedAt } from './receipt.ts';
export {
  botComments,
  type CheckRun,
  completedCheck,
  successfulDeployment,
} from './reviews.ts';
