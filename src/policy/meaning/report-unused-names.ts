import { show } from '../schema/index.ts';
import type { RawPolicy } from './raw-document.ts';
import type { Reader } from './reader.ts';

/**
 * Windows and budgets that no clause of the document names. Where a clause names one that is not defined, that is told
 * instead: the unused one is most likely what it means.
 */
export function reportUnusedNames(reader: Reader, { kind, spec }: RawPolicy): void {
  const clauses = [spec.allow, spec.deny].flatMap((list) => Object.values(list ?? {}));
  const incoming = kind === 'AgentPolicy' ? Object.values(spec.ingress?.allow ?? {}) : [];
  const windows = new Set([...clauses, ...incoming].map(({ during }) => during));
  for (const name of unusedNames(spec.windows, windows)) {
    reader.keyFault(
      'windowUnused',
      ['spec', 'windows', name],
      `no clause names the window ${show(name)}`,
      `write \`during: ${name}\` in the clauses that it is for, or remove it`,
    );
  }
  if (kind !== 'AgentPolicy') return;
  const budgets = new Set(clauses.map(({ budget }) => budget));
  for (const name of unusedNames(spec.budgets, budgets)) {
    reader.keyFault(
      'budgetUnused',
      ['spec', 'budgets', name],
      `no clause names the budget ${show(name)}`,
      `write \`budget: ${name}\` in the allow clauses that it is for, or remove it`,
    );
  }
}

function unusedNames(
  defined: Readonly<Record<string, unknown>> = {},
  used: ReadonlySet<string | undefined>,
): string[] {
  const isKnown = (name: string | undefined) => name === undefined || Object.hasOwn(defined, name);
  return [...used].every(isKnown) ? Object.keys(defined).filter((name) => !used.has(name)) : [];
}
