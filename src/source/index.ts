export { type LoadedPolicies, loadPolicies } from './load-policies.ts';
export { PolicyFolderError, readPolicyFolder } from './read-policy-folder.ts';
