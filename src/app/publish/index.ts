export { publishBranch } from './publish-branch.ts';
export { Renewal } from './renewal.ts';
export { tellDeployments } from './tell-deployments.ts';
