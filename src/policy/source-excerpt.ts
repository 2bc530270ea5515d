import { harmlessText } from './harmless-text.ts';

/** Most characters of a line that are shown, half of them on each side of the place that is meant. */
const widest = 120;

// Wide and full-width characters of East Asian scripts, and emoji: two cells on a terminal (UAX 11).
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** The line that a position names, with a caret under the column; `undefined` if there is no such line. */
export function sourceExcerpt(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): { readonly line: string; readonly caret: string } | undefined {
  const whole = lineOf(text, line);
  if (whole === undefined || whole.trim() === '') return undefined;
  const start = Math.max(0, column - 1 - widest / 2);
  const lead = start > 0 ? '…' : '';
  const tail = start + widest < whole.length ? '…' : '';
  const before = lead + visible(whole.slice(start, column - 1));
  const after = visible(whole.slice(column - 1, start + widest)) + tail;
  return { line: before + after, caret: `${' '.repeat(cells(before))}^` };
}

function lineOf(text: string, line: number): string | undefined {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end === -1) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

function visible(text: string): string {
  return harmlessText(text.replaceAll('\t', ' '));
}

function cells(text: string): number {
  const marks = text.match(/\p{M}/gu)?.length ?? 0;
  return [...text].length - marks + (text.match(wide)?.length ?? 0);
}
