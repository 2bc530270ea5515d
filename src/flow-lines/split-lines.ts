/** A line without its end; `text` is undefined where the line was too long to keep. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string | undefined;
}

/** More than any flow needs; keeps input without line ends from filling the memory. */
export const longestLine = 1_000_000;

/** Splits text that comes in pieces of any size at LF or CRLF. Blank lines are counted and left out. */
export async function* splitLines(
  chunks: AsyncIterable<string>,
  limit = longestLine,
): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  let tooLong = false;
  for await (const chunk of chunks) {
    const pieces = chunk.split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      number++;
      const line = toLine(number, rest + piece, tooLong, limit);
      rest = '';
      tooLong = false;
      if (line) yield line;
    }
    rest = tooLong ? '' : rest + last;
    if (rest.length > limit) {
      rest = '';
      tooLong = true;
    }
  }
  const line = toLine(number + 1, rest, tooLong, limit);
  if (line) yield line;
}

function toLine(number: number, text: string, tooLong: boolean, limit: number): Line | undefined {
  if (tooLong || text.length > limit) return { number, text: undefined };
  return text.trim() === '' ? undefined : { number, text };
}
