import { decodeFile, type PolicyFile } from '../decode.ts';
import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { readDocuments } from '../yaml/index.ts';
import { type DraftPolicy, draftPolicy } from './draft-policy.ts';
import { isManifest, versionProblem } from './manifest-version.ts';

export interface DraftedFile {
  /** One for each manifest in the file. */
  readonly drafts: readonly DraftPolicy[];
  readonly problems: readonly Problem[];
}

/** Drafts policies of what the manifests of a file hint at (rule A2). Never throws; `problems` say what is in the way. */
export function draftFile(file: PolicyFile): DraftedFile {
  const decoded = decodeFile(file);
  if ('problem' in decoded) return { drafts: [], problems: [decoded.problem] };
  const { documents, problems } = readDocuments(file.path, decoded.text);
  const manifests = documents.filter(isManifest);
  const versions = manifests.flatMap((manifest) => versionProblem(manifest) ?? []);
  const found = [...problems, ...versions];
  if (found.length > 0) return { drafts: [], problems: found };
  if (manifests.length === 0) return { drafts: [], problems: [noManifest(file.path)] };
  return { drafts: manifests.map(draftPolicy), problems: [] };
}

function noManifest(file: string): Problem {
  return makeProblem(
    'manifestVersion',
    { file, line: 1, column: 1 },
    'the file holds no Agent Control Specification manifest: `agent_control_specification_version` is missing',
    'give a manifest; other files give no hints',
  );
}
