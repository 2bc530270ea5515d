import type { Result } from './part.ts';

/** A part of `docs/performance.md`: every figure with how it was measured, and nothing that was not. */
export function renderResults(machine: string, results: readonly Result[]): string {
  return [
    ...results.flatMap(({ title, method, columns, rows }) => [
      `### ${title}`,
      '',
      method,
      '',
      row(columns),
      row(columns.map(() => '---')),
      ...rows.map(row),
      '',
    ]),
    `Measured on ${machine}.`,
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
