import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { show } from '../schema/index.ts';
import { type Path, type SourceDocument, valuePosition } from '../yaml/index.ts';
import { isMapping } from './mapping.ts';
import { resolvedPath } from './resolved-path.ts';

/** What an entry of `extends` refers to. */
export type Parent =
  /** A file of the policy folder, by its path; whether it exists is another question. */
  | { readonly kind: 'file'; readonly path: string; readonly at: Path }
  /** What is not followed (rule A2). `why` ends a sentence that begins with the reference. */
  | {
      readonly kind: 'elsewhere';
      readonly reference: string;
      readonly why: string;
      readonly at: Path;
    };

export interface Parents {
  readonly parents: readonly Parent[];
  readonly problems: readonly Problem[];
}

/** The entries of `extends` of a manifest, as listed. */
export function parentsOf(manifest: SourceDocument): Parents {
  const entries = isMapping(manifest.value) ? manifest.value.extends : undefined;
  if (entries === undefined) return { parents: [], problems: [] };
  if (!Array.isArray(entries)) {
    return {
      parents: [],
      problems: [wrongType(manifest, ['extends'], entries, 'a list of paths')],
    };
  }
  const file = manifest.position(0).file;
  const parents: Parent[] = [];
  const problems: Problem[] = [];
  entries.forEach((entry: unknown, index) => {
    const at = ['extends', index];
    const parent = parentOf(file, entry, at);
    if (parent) parents.push(parent);
    else problems.push(wrongType(manifest, at, entry, 'a path, or a mapping with a `url`'));
  });
  return { parents, problems };
}

function parentOf(file: string, entry: unknown, at: Path): Parent | undefined {
  if (isMapping(entry) && typeof entry.url === 'string') {
    return { kind: 'elsewhere', reference: entry.url, why: 'is a URL', at };
  }
  if (typeof entry !== 'string' || entry === '') return undefined;
  const why = whyElsewhere(entry);
  if (why) return { kind: 'elsewhere', reference: entry, why, at };
  const path = resolvedPath(file, entry);
  return path === undefined
    ? { kind: 'elsewhere', reference: entry, why: 'lies outside the policy folder', at }
    : { kind: 'file', path, at };
}

function whyElsewhere(entry: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(entry)) return 'is a URL';
  return /^(?:[/\\~]|[A-Za-z]:)/.test(entry) ? 'is an absolute path' : undefined;
}

function wrongType(manifest: SourceDocument, at: Path, found: unknown, wanted: string): Problem {
  return makeProblem(
    'type',
    valuePosition(manifest, at),
    `${at.length === 1 ? '`extends`' : 'an entry of `extends`'} must be ${wanted}, not ${show(found)}`,
    `write ${wanted}`,
  );
}
