import { limits } from './limits.ts';
import type { Problem } from './problem.ts';
import { makeProblem } from './problem-codes.ts';
import { positionIn } from './yaml/index.ts';

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
  const before = new TextDecoder().decode(bytes.subarray(0, valid));
  const { line, column } = positionIn(file, before)(before.length);
  const byte = (bytes[valid] ?? 0).toString(16).padStart(2, '0');
  return makeProblem(
    'encoding',
    { file, line, column },
    `byte 0x${byte} at offset ${valid} is not valid UTF-8`,
    'save the file as UTF-8',
  );
}

/** Length of the longest prefix that is valid UTF-8. */
function validPrefix(bytes: Uint8Array): number {
  // By bisection over what could still become valid, which is monotone; then back to the last whole character.
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValid(bytes.subarray(0, middle), { stream: true })) low = middle;
    else high = middle - 1;
  }
  while (!isValid(bytes.subarray(0, low), { stream: false })) low--;
  return low;
}

/** With `stream`, the last character may be cut off. */
function isValid(bytes: Uint8Array, options: { stream: boolean }): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
