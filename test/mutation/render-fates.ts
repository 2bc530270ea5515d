import type { Fate } from './try-mutants.ts';

/** Share of the mutants that a test noticed, by file, and every mutant that none did. */
export function renderFates(fates: readonly Fate[]): string {
  const byFile = [...Map.groupBy(fates, ({ mutant }) => mutant.file)];
  const rows = [...byFile, ['all', fates] as const].map(([name, some]) => {
    const { killed, all, score } = scoreOf(some);
    return `${score.padStart(6)}  ${`${killed}/${all}`.padStart(10)}  ${name}`;
  });
  const alive = fates.filter(({ state }) => state !== 'killed').map(render);
  return [...rows, '', `${alive.length} survived:`, '', ...alive, ''].join('\n');
}

export function scoreOf(fates: readonly Fate[]): { killed: number; all: number; score: string } {
  const killed = fates.filter(({ state }) => state === 'killed').length;
  const all = fates.length;
  return { killed, all, score: `${((100 * killed) / Math.max(1, all)).toFixed(1)}%` };
}

function render({ mutant, state }: Fate): string {
  const { file, line, column, mutator, original, replacement } = mutant;
  const lines = (sign: string, text: string) => text.split('\n').map((one) => `  ${sign} ${one}`);
  const why = state === 'uncovered' ? ', no test runs through it' : '';
  return [
    `${file}:${line}:${column}  ${mutator}${why}`,
    ...lines('-', original),
    ...lines('+', replacement),
  ].join('\n');
}
