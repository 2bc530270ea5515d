import { compareBytes } from '../compare-bytes.ts';
import type { Position } from '../problem.ts';
import { show } from '../schema/index.ts';
import { keyPosition, type Path, valuePosition } from '../yaml/index.ts';
import type { RawClauses } from './raw-clause.ts';
import type { Reader } from './reader.ts';

/** One clause of a list or map, not yet read. */
export interface ClauseEntry<Clause> {
  readonly id: string;
  readonly path: Path;
  readonly clause: Clause;
  readonly position: Position;
}

/** Ids that a document has used so far, each with the path at which it stands. */
export type SeenIds = Map<string, Path>;

/**
 * The clauses of one list or map in the order in which they are judged (rule D1). Ids that `seen` holds already are
 * reported; the others are added to it (rule F5).
 */
export function clauseEntries<Clause>(
  reader: Reader,
  path: Path,
  clauses: RawClauses<Clause> | undefined,
  seen: SeenIds,
): ClauseEntry<Clause>[] {
  if (!clauses) return [];
  if (Array.isArray(clauses)) {
    return (clauses as readonly (Clause & { readonly id: string })[]).map((clause, index) => {
      const entry = [...path, index];
      noteId(reader, seen, { id: clause.id, at: [...entry, 'id'], report: reader.fault });
      return {
        id: clause.id,
        path: entry,
        clause,
        position: valuePosition(reader.document, entry),
      };
    });
  }
  return Object.entries(clauses as Readonly<Record<string, Clause>>)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([id, clause]) => {
      const entry = [...path, id];
      noteId(reader, seen, { id, at: entry, report: reader.keyFault });
      return { id, path: entry, clause, position: keyPosition(reader.document, entry) };
    });
}

function noteId(
  reader: Reader,
  seen: SeenIds,
  { id, at, report }: { id: string; at: Path; report: Reader['fault'] },
): void {
  const first = seen.get(id);
  if (!first) {
    seen.set(id, at);
    return;
  }
  report(
    'duplicateId',
    at,
    `the clause id ${show(id)} is taken on line ${keyPosition(reader.document, first).line}`,
    'give the clause another id; allow, deny and ingress share theirs',
  );
}
