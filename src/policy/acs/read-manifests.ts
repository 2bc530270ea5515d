import type { Problem } from '../problem.ts';
import type { SourceDocument } from '../yaml/index.ts';
import { missingProfile } from './missing-profile.ts';
import { readProfile } from './profile.ts';
import { type ManifestFile, resolveManifests } from './resolve-manifests.ts';
import { strayProfile } from './stray-profile.ts';

export interface ReadManifests {
  /** The agents of all manifests, as documents of kind AgentPolicy. */
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/**
 * The network profiles in the Agent Control Specification manifests of a folder (rules A1, A2). A manifest that another
 * one extends is a part of that one and is not read by itself.
 */
export function readManifests(files: readonly ManifestFile[]): ReadManifests {
  const { manifests, problems, position } = resolveManifests(files);
  const documents: SourceDocument[] = [];
  const found = [...problems];
  for (const { manifest, metadata, chain, characters } of manifests) {
    for (const problem of chain.flatMap(strayProfile)) found.push(problem);
    const profile = metadata && readProfile(metadata, characters, position);
    if (!profile) {
      found.push(missingProfile(manifest, chain));
      continue;
    }
    for (const document of profile.documents) documents.push(document);
    for (const problem of profile.problems) found.push(problem);
  }
  return { documents, problems: found };
}
