export { GitError } from './git-error.ts';
export {
  commitOf,
  type FolderAt,
  folderAt,
  mergeBase,
  pathFromRoot,
  prefixOf,
} from './git-revision.ts';
export { type LoadedPolicies, loadPolicies, loadRevision } from './load-policies.ts';
export { loadSides, type PolicySide, type PolicySides, type SidesOptions } from './policy-sides.ts';
export { readPolicyFile } from './read-policy-file.ts';
export { PolicyFolderError, readPolicyFolder } from './read-policy-folder.ts';
export { readPolicyRevision } from './read-policy-revision.ts';
