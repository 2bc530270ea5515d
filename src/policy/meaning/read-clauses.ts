import type { Budget, PolicyIngressClause, Window } from '../policy-set.ts';
import type { Path } from '../yaml/index.ts';
import { type ClauseEntry, clauseEntries, type SeenIds } from './clause-entries.ts';
import type { RawClause, RawClauses, RawIngressClause } from './raw-clause.ts';
import { readDestination } from './read-destination.ts';
import { readName } from './read-name.ts';
import { readPorts } from './read-ports.ts';
import { readTerms } from './read-terms.ts';
import { readTimes } from './read-times.ts';
import type { Reader } from './reader.ts';
import type { UnresolvedClause } from './unresolved.ts';

/** What the clauses of a document may refer to, and the ids that they share. */
export interface Scope {
  readonly windows: Readonly<Record<string, Window>>;
  readonly budgets: Readonly<Record<string, Budget>>;
  readonly ids: SeenIds;
}

/** The clauses of `allow` or `deny` in the order in which they are judged; those without a sound destination left out. */
export function readClauses(
  reader: Reader,
  path: Path,
  clauses: RawClauses | undefined,
  scope: Scope,
): UnresolvedClause[] {
  return clauseEntries(reader, path, clauses, scope.ids).flatMap(
    (entry) => readClause(reader, entry, scope) ?? [],
  );
}

function readClause(
  reader: Reader,
  { id, path, clause, position }: ClauseEntry<RawClause>,
  { windows, budgets }: Scope,
): UnresolvedClause | undefined {
  const { to, budget, via, onBehalfOf } = clause;
  const terms = readTerms(reader, { path, toPath: [...path, 'to'] }, clause, to);
  const times = readTimes(reader, path, clause, windows);
  if (budget !== undefined) readName(reader, [...path, 'budget'], budget, 'budget', budgets);
  if (!terms) return undefined;
  return {
    id,
    ...terms,
    paths: to.paths ?? [],
    ...times,
    ...(budget === undefined ? {} : { budget }),
    ...(via === undefined ? {} : { via }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf: [...new Set(onBehalfOf)] }),
    position,
  };
}

/** The clauses of `ingress.allow`, likewise. */
export function readIngressClauses(
  reader: Reader,
  path: Path,
  clauses: RawClauses<RawIngressClause> | undefined,
  scope: Scope,
): PolicyIngressClause[] {
  return clauseEntries(reader, path, clauses, scope.ids).flatMap(
    (entry) => readIngressClause(reader, entry, scope) ?? [],
  );
}

function readIngressClause(
  reader: Reader,
  { id, path, clause, position }: ClauseEntry<RawIngressClause>,
  { windows }: Scope,
): PolicyIngressClause | undefined {
  const from = readDestination(reader, [...path, 'from'], clause.from);
  const ports = readPorts(reader, path, clause);
  const times = readTimes(reader, path, clause, windows);
  // The schema lets no `host` stand there.
  if (!from || from.kind === 'host') return undefined;
  return { id, from, protocol: clause.protocol ?? 'any', ports, ...times, position };
}
