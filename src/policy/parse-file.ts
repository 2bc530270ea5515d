import { isManifest, type ManifestFile } from './acs/index.ts';
import { decodeFile, type PolicyFile } from './decode.ts';
import {
  checkNumbers,
  type Draft,
  heldNames,
  type Places,
  type RawDocument,
  readDocument,
  readerOf,
  referencesOf,
} from './meaning/index.ts';
import type { Problem } from './problem.ts';
import { documentKind, shapeProblems } from './schema/index.ts';
import { readDocuments, type SourceDocument, valuePosition } from './yaml/index.ts';

/** What one file says by itself. Depends on nothing else, and is never changed: readings may share it. */
export interface ParsedFile extends ManifestFile {
  readonly drafts: readonly Draft[];
  /** Those that hide what a document says, or that there is one. */
  readonly problems: readonly Problem[];
}

/** Text, YAML, shape and meaning of a file (rules F1–F3). Never throws. */
export function parseFile(file: PolicyFile): ParsedFile {
  const decoded = decodeFile(file);
  const { path } = file;
  if ('problem' in decoded) {
    return { path, drafts: [], manifests: [], whole: false, problems: [decoded.problem] };
  }
  const { documents, problems } = readDocuments(path, decoded.text);
  return {
    path,
    drafts: documents.filter((document) => !isManifest(document)).map(draftOf),
    manifests: documents.filter(isManifest),
    whole: documents.length === 1 && problems.length === 0,
    problems,
  };
}

/** What a document says by itself. */
export function draftOf(document: SourceDocument): Draft {
  const kind = documentKind(document);
  const outside = { references: [], ...nameOf(document), places: placesOf(document) };
  if (typeof kind !== 'string') return { ...outside, problems: [kind] };
  const shape = shapeProblems(kind, document);
  if (shape.length > 0) return { ...outside, kind, problems: shape };
  const reader = readerOf(document);
  checkNumbers(reader);
  const says = readDocument(reader, document.value as RawDocument);
  const references = referencesOf(kind, document);
  const holds = heldNames(kind, document);
  return { ...outside, kind, problems: reader.problems, references, holds, ...(says && { says }) };
}

function nameOf(document: SourceDocument): Pick<Draft, 'name'> {
  const text = fieldOf(fieldOf(document.value, 'metadata'), 'name');
  if (typeof text !== 'string') return {};
  return { name: { text, position: valuePosition(document, ['metadata', 'name']) } };
}

function placesOf(document: SourceDocument): Places {
  const spec = fieldOf(document.value, 'spec');
  const workloads = fieldOf(spec, 'workloads');
  const cidrs = fieldOf(workloads, 'cidrs');
  const resolvers = fieldOf(fieldOf(spec, 'dns'), 'resolvers');
  return {
    cidrs: Array.isArray(cidrs)
      ? cidrs.map((_, index) => valuePosition(document, ['spec', 'workloads', 'cidrs', index]))
      : [],
    selector: valuePosition(
      document,
      workloads === undefined ? ['spec', 'selector'] : ['spec', 'workloads', 'selector'],
    ),
    gateways: valuePosition(document, ['spec', 'gateways']),
    hasResolvers: Array.isArray(resolvers) && resolvers.length > 0,
  };
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[field]
    : undefined;
}
