import type { Position } from '../problem.ts';
import { type Path, type SourceDocument, valuePosition } from '../yaml/index.ts';
import { type HintTerms, isDomainShaped, termsOf } from './hint-terms.ts';
import { isMapping, type Mapping } from './mapping.ts';

/** Something in a manifest that suggests where the agent connects to (rule A2). It decides nothing. */
export interface Hint {
  readonly source: 'security_labels' | 'allow_hosts' | 'annotator' | 'resolver';
  /** Where it stands in the manifest: `tools.fetch.security_labels`. */
  readonly field: string;
  readonly text: string;
  readonly position: Position;
  /** What a clause would say, or why there can be none. */
  readonly terms: HintTerms | string;
}

// More than anybody would turn into clauses.
const mostHints = 1000;

/** The hints of one manifest, in the order in which they stand there; a thousand at most. */
export function hintsOf(manifest: SourceDocument): Hint[] {
  if (!isMapping(manifest.value)) return [];
  const hints: Hint[] = [];
  const add = (source: Hint['source'], path: Path, text: string) => {
    if (hints.length === mostHints) return;
    const field = path.filter((step) => typeof step === 'string').join('.');
    hints.push({
      source,
      field,
      text,
      position: valuePosition(manifest, path),
      terms: termsOf(text),
    });
  };
  for (const [name, tool] of entries(manifest.value.tools)) {
    const path = ['tools', name, 'security_labels'];
    for (const [at, label] of texts(path, tool.security_labels)) {
      if (isDomainShaped(label)) add('security_labels', at, label);
    }
  }
  for (const [path, hosts] of namedLists(manifest.value, 'allow_hosts', [])) {
    for (const [at, host] of texts(path, hosts)) add('allow_hosts', at, host);
  }
  for (const [name, annotator] of entries(manifest.value.annotators)) {
    for (const field of ['endpoint', 'base_url']) {
      const url = annotator[field];
      if (typeof url === 'string') add('annotator', ['annotators', name, field], url);
    }
  }
  const { approval } = manifest.value;
  for (const [name, resolver] of entries(isMapping(approval) ? approval.resolvers : undefined)) {
    const path = ['approval', 'resolvers', name];
    for (const [at, text] of textsWithin(path, resolver)) {
      if (/^(?:https?|wss?):\/\//i.test(text)) add('resolver', at, text);
    }
  }
  return hints.sort(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
}

/** The mappings of a map from name to mapping. */
export function entries(map: unknown): [name: string, Mapping][] {
  if (!isMapping(map)) return [];
  return Object.entries(map).filter((entry): entry is [string, Mapping] => isMapping(entry[1]));
}

type Text = [path: Path, text: string];

/** A text, or those of a list. */
function texts(path: Path, value: unknown): Text[] {
  if (typeof value === 'string') return [[path, value]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index): Text[] =>
    typeof item === 'string' ? [[[...path, index], item]] : [],
  );
}

function textsWithin(path: Path, value: unknown): Text[] {
  if (!isMapping(value)) return texts(path, value);
  return Object.entries(value).flatMap(([key, inner]) => textsWithin([...path, key], inner));
}

/** Every list under a key of this name, at whatever depth; policies keep theirs where their adapter wants them. */
function namedLists(value: unknown, name: string, path: Path): [Path, unknown][] {
  // The profile is no hint: it is what hints would come to.
  if (path.length === 2 && path.join('.') === 'metadata.sallyport') return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => namedLists(item, name, [...path, index]));
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name
      ? [[[...path, key], inner] as [Path, unknown]]
      : namedLists(inner, name, [...path, key]),
  );
}
