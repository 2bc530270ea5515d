export { isManifest } from './manifest-version.ts';
export { type ReadManifests, readManifests } from './read-manifests.ts';
export type { ManifestFile } from './resolve-manifests.ts';
