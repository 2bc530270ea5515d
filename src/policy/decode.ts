import { limits } from './limits.ts';
import type { Problem } from './problem.ts';
import { makeProblem } from './problem-codes.ts';

/** A file of the policy folder as it was read. */
export interface PolicyFile {
  /** Relative to the policy folder, with forward slashes. */
  readonly path: string;
  readonly text: string | Uint8Array;
}

export type Decoded = { readonly text: string } | { readonly problem: Problem };

/** UTF-8 to text (rules F1, F2): a byte-order mark is dropped, invalid bytes and oversize files are errors. */
export function decodeFile({ path, text }: PolicyFile): Decoded {
  const bytes = typeof text === 'string' ? utf8Length(text) : text.length;
  if (bytes > limits.fileBytes) return { problem: tooLarge(path, bytes) };
  if (typeof text === 'string') return { text: text.startsWith('\ufeff') ? text.slice(1) : text };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(text) };
  } catch {
    return { problem: invalidUtf8(path, text) };
  }
}

/** The problem of a file that is over the limit; `bytes` may be a lower bound. */
export function tooLarge(file: string, bytes: number): Problem {
  return makeProblem(
    'fileTooLarge',
    { file, line: 1, column: 1 },
    `the file has ${bytes} bytes; the limit is ${limits.fileBytes}`,
    'split it into several files',
  );
}

function utf8Length(text: string): number {
  return text.length > limits.fileBytes ? text.length : new TextEncoder().encode(text).length;
}

function invalidUtf8(file: string, bytes: Uint8Array): Problem {
  const valid = validPrefix(bytes);
  const lines = new TextDecoder().decode(bytes.subarray(0, valid)).split('\n');
  const line = lines.length;
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const byte = (bytes[valid] ?? 0).toString(16).padStart(2, '0');
  return makeProblem(
    'encoding',
    { file, line, column },
    `byte 0x${byte} at offset ${valid} is not valid UTF-8`,
    'save the file as UTF-8',
  );
}

/** Length of the longest prefix that is valid UTF-8, by bisection: validity of a prefix is monotone. */
function validPrefix(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValidPrefix(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isValidPrefix(bytes: Uint8Array): boolean {
  try {
    // `stream` lets a character be cut off at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
