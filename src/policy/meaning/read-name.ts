import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { Reader } from './reader.ts';

/** Reports a `window` or `budget` that the document does not define. */
export function readName(
  reader: Reader,
  path: Path,
  name: string,
  what: 'window' | 'budget',
  defined: Readonly<Record<string, unknown>>,
): void {
  if (Object.hasOwn(defined, name)) return;
  const names = Object.keys(defined);
  const suggestion = reader.suggest(what, name, () => names);
  reader.fault(
    what === 'window' ? 'unknownWindow' : 'unknownBudget',
    path,
    `the document defines no ${what} ${show(name)}`,
    suggestion
      ? `did you mean \`${suggestion}\`?`
      : `define it under \`spec.${what}s\`${names.length > 0 ? `, or name one of ${listed(names)}` : ''}`,
  );
}

const longestList = 8;

function listed(names: readonly string[]): string {
  const told = names.slice(0, longestList).map((name) => `\`${name}\``);
  return names.length > longestList ? `${told.join(', ')}, …` : told.join(', ');
}
