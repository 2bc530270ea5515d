import { compareBytes } from './compare-bytes.ts';
import { decodeFile, type PolicyFile } from './decode.ts';
import { listedProblems } from './listed-problems.ts';
import {
  checkSet,
  type Draft,
  isSound,
  type RawDocument,
  readDocument,
  readerOf,
} from './meaning/index.ts';
import type { PolicySet } from './policy-set.ts';
import type { Problem } from './problem.ts';
import { documentKind, shapeProblems } from './schema/index.ts';
import { type ReadDocuments, readDocuments, type SourceDocument } from './yaml/index.ts';

export interface ParsedPolicies {
  /** The documents without errors. Whoever enforces must refuse to go on if any problem is an error. */
  readonly policySet: PolicySet;
  /** Sorted by file, line and column; at most 100 a file, errors before warnings. */
  readonly problems: readonly Problem[];
}

/**
 * Reads policy files: text, YAML, shape and meaning, each with the places of what is wrong (rules F1–F5, K1–K4, K10,
 * D10). Never throws, whatever the files hold; one broken document does not hide the problems of others.
 * `readingProblems` are those of files that could not be read at all; they join the result.
 */
export function parsePolicies(
  files: readonly PolicyFile[],
  readingProblems: readonly Problem[] = [],
): ParsedPolicies {
  const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));
  const reads = sorted.map(readFile);
  const unread = [readingProblems, ...reads.map(({ problems }) => problems)].flat();
  const drafts = reads.flatMap(({ documents }) => documents.map(draftOf));
  checkSet(drafts, unread.length === 0);
  return {
    policySet: policySetOf(drafts),
    problems: listedProblems([unread, ...drafts.map(({ reader }) => reader.problems)].flat()),
  };
}

function readFile(file: PolicyFile): ReadDocuments {
  const decoded = decodeFile(file);
  if ('problem' in decoded) return { documents: [], problems: [decoded.problem] };
  return readDocuments(file.path, decoded.text);
}

function draftOf(document: SourceDocument): Draft {
  const kind = documentKind(document);
  if (typeof kind !== 'string') return { reader: readerOf(document, [kind]) };
  const reader = readerOf(document, shapeProblems(kind, document));
  if (reader.problems.length > 0) return { reader, kind };
  return { reader, kind, policy: readDocument(reader, document.value as RawDocument) };
}

function policySetOf(drafts: readonly Draft[]): PolicySet {
  const sound = drafts
    .filter(isSound)
    .flatMap(({ policy }) => policy ?? [])
    .toSorted((a, b) => compareBytes(a.metadata.name, b.metadata.name));
  return {
    agents: sound.filter((policy) => policy.kind === 'AgentPolicy'),
    guardrails: sound.filter((policy) => policy.kind === 'Guardrail'),
    endpoints: [],
    gatewayGroups: [],
    tests: [],
  };
}
