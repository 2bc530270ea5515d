import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { show } from '../schema/index.ts';
import { keyPosition, type SourceDocument, valuePosition, writtenAt } from '../yaml/index.ts';
import { isMapping } from './mapping.ts';

/** The field that makes a document a manifest of Microsoft's Agent Control Specification (ACS). */
const versionField = 'agent_control_specification_version';

// The two lines that are published, whatever follows: `0.3.0-alpha-agt`, `0.3.1-beta`, `0.4.0-alpha.1`.
const versionsRead = /^0\.[34]\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a document is an ACS manifest, of whatever version. What has an `apiVersion` is none: ACS refuses the field. */
export function isManifest({ value }: SourceDocument): boolean {
  return isMapping(value) && Object.hasOwn(value, versionField) && value.apiVersion === undefined;
}

/** The problem of a manifest whose version is not read (rule A2). */
export function versionProblem(manifest: SourceDocument): Problem | undefined {
  const version = versionOf(manifest);
  if (typeof version === 'string' && versionsRead.test(version)) return undefined;
  const written = writtenAt(manifest, [versionField]);
  return makeProblem(
    'manifestVersion',
    valuePosition(manifest, [versionField]),
    `manifests of the versions 0.3.* and 0.4.* are read, not of ${written ? `\`${written}\`` : show(version)}`,
    typeof version === 'string'
      ? 'move the manifest to a version that is read, or write its network profile as `kind: AgentPolicy`'
      : 'write the whole version as text, such as "0.4.0-alpha.1"',
  );
}

export function versionOf({ value }: SourceDocument): unknown {
  return isMapping(value) ? value[versionField] : undefined;
}

/** Where a manifest says that it is one. */
export function manifestPosition(manifest: SourceDocument) {
  return keyPosition(manifest, [versionField]);
}
