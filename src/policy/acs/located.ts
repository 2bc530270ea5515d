import type { Position } from '../problem.ts';
import type { Mark, SourceDocument } from '../yaml/index.ts';
import { isMapping } from './mapping.ts';

/** A value, and where it and its parts stand. */
export interface Located {
  readonly value: unknown;
  readonly mark: Mark;
}

// More than the characters of any file that is read (rule F2).
const stride = 2 ** 21;

/**
 * One range of offsets for several documents, so that a value merged from many of them still knows where each part
 * stands.
 */
export class OffsetSpace {
  readonly #documents: SourceDocument[] = [];

  /** A field of a document, its offsets moved into this space; `undefined` if the document lacks it. */
  field(document: SourceDocument, name: string): Located | undefined {
    const mark = document.root.parts.get(name);
    if (!isMapping(document.value) || !mark) return undefined;
    const base = this.#documents.push(document) * stride - stride;
    return { value: document.value[name], mark: moved(mark, base) };
  }

  readonly position = (offset: number): Position => {
    const document = this.#documents[Math.floor(offset / stride)];
    if (!document) throw new RangeError(`no document holds the offset ${offset}`);
    return document.position(offset % stride);
  };
}

function moved(mark: Mark, base: number): Mark {
  return {
    ...mark,
    value: mark.value + base,
    ...(mark.key === undefined ? {} : { key: mark.key + base }),
    parts: new Map([...mark.parts].map(([step, part]) => [step, moved(part, base)])),
  };
}

/** The part of a mapping under `key`. */
export function partOf({ value, mark }: Located, key: string): Located | undefined {
  const part = mark.parts.get(key);
  return isMapping(value) && part ? { value: value[key], mark: part } : undefined;
}
