export { BlobCache } from './blob-cache.ts';
export { type PoliciesAt, problemsInRepository, readPolicies } from './read-policies.ts';
