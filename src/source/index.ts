export { type LoadedPolicies, loadPolicies } from './load-policies.ts';
export { type PolicyFolder, PolicyFolderError, readPolicyFolder } from './read-policy-folder.ts';
