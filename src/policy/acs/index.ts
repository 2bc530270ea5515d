export { draftFile } from './draft-file.ts';
export type { DraftPolicy } from './draft-policy.ts';
export { draftText } from './draft-text.ts';
export { isManifest } from './manifest-version.ts';
export { readManifests } from './read-manifests.ts';
export type { ManifestFile } from './resolve-manifests.ts';
