import type { Result } from './part.ts';

interface Machine {
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
}

/** `docs/performance.md`: every figure with how it was measured, and nothing that was not. */
export function renderPerformance(machine: Machine, results: readonly Result[]): string {
  const { kernel, cpu, cores } = machine;
  return [
    '# Performance',
    '',
    'Written by `npm run bench -- --write`, which anyone can run. Figures are of one machine and one run:',
    `${cpu}, ${cores} cores, Linux ${kernel}.`,
    '',
    ...results.flatMap(({ title, method, columns, rows }) => [
      `## ${title}`,
      '',
      method,
      '',
      row(columns),
      row(columns.map(() => '---')),
      ...rows.map(row),
      '',
    ]),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
