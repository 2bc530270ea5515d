import type { Position } from '../problem.ts';

/** Steps from the root of a document to a value: keys and list indexes, both as text. */
export type Path = readonly (string | number)[];

/** Where a value stands in the text, and where its parts stand. Offsets are in UTF-16 code units. */
export interface Mark {
  readonly value: number;
  /** Where its key stands, if it is the value of one. */
  readonly key?: number;
  /** Plain scalars that YAML reads as something else than text: as they were written. */
  readonly written?: string;
  readonly parts: ReadonlyMap<string, Mark>;
}

/** One YAML document as plain data, which remembers where everything stood. */
export interface SourceDocument {
  readonly value: unknown;
  readonly root: Mark;
  /** Length of the document in the text, in UTF-16 code units. */
  readonly characters: number;
  readonly position: (offset: number) => Position;
}

/** Position of the value at `path`, or of the nearest thing around it that exists. */
export function valuePosition(document: SourceDocument, path: Path): Position {
  return document.position(markAt(document, path).value);
}

/** Position of the key at the end of `path`; of the value where it has no key. */
export function keyPosition(document: SourceDocument, path: Path): Position {
  const mark = markAt(document, path);
  return document.position(mark.key ?? mark.value);
}

/** The value as written, if YAML read it as something else than text. */
export function writtenAt(document: SourceDocument, path: Path): string | undefined {
  return markAt(document, path).written;
}

function markAt(document: SourceDocument, path: Path): Mark {
  let mark = document.root;
  for (const step of path) {
    const part = mark.parts.get(String(step));
    if (!part) return mark;
    mark = part;
  }
  return mark;
}
