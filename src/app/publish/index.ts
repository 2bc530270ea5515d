export { publishBranch } from './publish-branch.ts';
export { tellDeployments } from './tell-deployments.ts';
