export { copyTree, forgeTree, withTree } from './bundle-tree.ts';
export { type ControlPlane, policyRepository, startControlPlane } from './control-plane.ts';
export { receivedAt } from './receipt.ts';
export type { RemoteGitHub } from './remote-github.ts';
