import type { RegionCells } from './region-cells.ts';

export interface SignedCells {
  readonly sign: string;
  readonly cells: RegionCells;
}

const indent = '  ';
const deeper = '      ';
const gap = '  ';

/**
 * Rows of regions as lines of a terminal: in columns where all of them fit into the width, else one under the other.
 * Cells must be harmless already.
 */
export function columnLines(rows: readonly SignedCells[], width: number): string[] {
  const cells = rows.map(({ cells: { peer, traffic, when, whom } }) => [
    peer,
    traffic,
    when,
    whom === '' ? '' : `for ${whom}`,
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const used = widths.filter((one) => one > 0);
  const whole = used.reduce((sum, one) => sum + one + gap.length, indent.length);
  if (whole > width) return rows.flatMap((row) => stacked(row, width));
  return rows.map(({ sign }, i) => {
    const row = cells[i] ?? [];
    const padded = row.flatMap((text, column) => {
      const own = widths[column] ?? 0;
      return own === 0 ? [] : [text.padEnd(own)];
    });
    return `${indent}${sign} ${padded.join(gap)}`.trimEnd();
  });
}

function stacked({ sign, cells: { peer, traffic, when, whom } }: SignedCells, width: number) {
  const [first = '', ...rest] = wrapped(peer, width - indent.length - 2);
  const parts = [traffic, when, whom === '' ? '' : `for ${whom}`].filter((text) => text !== '');
  return [
    `${indent}${sign} ${first}`,
    ...rest.map((line) => `${indent}  ${line}`),
    ...parts.flatMap((text) =>
      wrapped(text, width - deeper.length).map((line) => `${deeper}${line}`),
    ),
  ];
}

/** Breaks a text at spaces; a word that is longer than the width stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => line.trimEnd());
}

/** A text broken at spaces, its first line less deep than the others. */
export function indented(text: string, depth: number, width: number): string[] {
  const lines = wrapped(text, width - depth - 2);
  return lines.map((line, i) => `${' '.repeat(i === 0 ? depth : depth + 2)}${line}`);
}
