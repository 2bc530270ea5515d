export { BlobCache } from './blob-cache.ts';
export {
  type PolicyFilesAt,
  parsePolicyFiles,
  problemsInRepository,
  type ReadCache,
  readPolicyFiles,
} from './read-policies.ts';
export { TreeCache } from './tree-cache.ts';
