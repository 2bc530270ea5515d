import type { CFate } from './try-object.ts';

/** How many changes the tests noticed, by file, and every one that none did. */
export function renderCFates(fates: readonly CFate[]): string {
  const judged = fates.filter(({ state }) => state === 'killed' || state === 'survived');
  const count = (state: CFate['state'], some = fates) =>
    some.filter((fate) => fate.state === state).length;
  const byFile = [...Map.groupBy(judged, ({ mutant }) => mutant.file)].sort();
  const rows = [...byFile, ['all', judged] as const].map(([name, some]) => {
    const killed = count('killed', [...some]);
    const score = `${((100 * killed) / Math.max(1, some.length)).toFixed(1)}%`;
    return `${score.padStart(6)}  ${`${killed}/${some.length}`.padStart(10)}  ${name}`;
  });
  const survived = judged.filter(({ state }) => state === 'survived');
  return [
    ...rows,
    '',
    `beside: ${count('same')} with the same instructions, ${count('refused')} refused by the verifier, ${count('uncompilable')} not compiled`,
    `${survived.length} survived:`,
    '',
    ...survived.map(({ mutant: { file, line, operator, original, replacement } }) =>
      [`${file}:${line}  ${operator}`, `  - ${original}`, `  + ${replacement}`].join('\n'),
    ),
    '',
  ].join('\n');
}
