import { cidrHolds } from '../cidr.ts';
import { compareBytes } from '../compare-bytes.ts';
import type { PolicyClause, PolicyDestination } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import { keyPosition, type Path, valuePosition } from '../yaml/index.ts';
import type { RawClause, RawClauses } from './raw-document.ts';
import { readCidr, readCidrs } from './read-address.ts';
import { readHost } from './read-host.ts';
import { readPorts } from './read-ports.ts';
import type { Reader } from './reader.ts';

interface Entry {
  readonly id: string;
  readonly path: Path;
  readonly clause: RawClause;
  readonly mapped: boolean;
}

/**
 * The clauses of one list or map in the order in which they are judged (rule D1). Ids that `seen` holds already are
 * reported; those read are added (rule F5).
 */
export function readClauses(
  reader: Reader,
  path: Path,
  clauses: RawClauses | undefined,
  seen: Map<string, Path>,
): PolicyClause[] {
  return entriesOf(path, clauses).flatMap((entry) => {
    const idPath = entry.mapped ? entry.path : [...entry.path, 'id'];
    const first = seen.get(entry.id);
    if (first) {
      const { line } = keyPosition(reader.document, first);
      const report = entry.mapped ? reader.keyFault : reader.fault;
      report(
        'duplicateId',
        idPath,
        `the clause id ${show(entry.id)} is taken on line ${line}`,
        'give the clause another id; allow and deny share theirs',
      );
    } else {
      seen.set(entry.id, idPath);
    }
    return readClause(reader, entry) ?? [];
  });
}

function entriesOf(path: Path, clauses: RawClauses = []): Entry[] {
  if (Array.isArray(clauses)) {
    return clauses.map((clause, index) => ({
      id: clause.id,
      path: [...path, index],
      clause,
      mapped: false,
    }));
  }
  return Object.entries(clauses as Readonly<Record<string, RawClause>>)
    .map(([id, clause]) => ({ id, path: [...path, id], clause, mapped: true }))
    .sort((a, b) => compareBytes(a.id, b.id));
}

function readClause(reader: Reader, { id, path, clause, mapped }: Entry): PolicyClause | undefined {
  const to = readDestination(reader, [...path, 'to'], clause.to);
  const ports = readPorts(reader, path, clause);
  if (!to) return undefined;
  return {
    id,
    to,
    protocol: clause.protocol ?? 'any',
    ports,
    accepts: [],
    paths: [],
    ...(clause.reason === undefined ? {} : { reason: clause.reason }),
    position: (mapped ? keyPosition : valuePosition)(reader.document, path),
  };
}

function readDestination(
  reader: Reader,
  path: Path,
  to: RawClause['to'],
): PolicyDestination | undefined {
  if (to.any) return { kind: 'any' };
  if (to.host !== undefined) {
    const host = readHost(reader, [...path, 'host'], to.host);
    return host && { kind: 'host', host };
  }
  const cidr = readCidr(reader, [...path, 'cidr'], to.cidr ?? '');
  const except = readCidrs(reader, [...path, 'except'], to.except ?? []);
  if (!cidr) return undefined;
  (to.except ?? []).forEach((text, index) => {
    const inner = except.length === to.except?.length ? except[index] : undefined;
    if (inner && !cidrHolds(cidr, inner)) {
      reader.fault(
        'exceptOutside',
        [...path, 'except', index],
        `${show(text)} does not lie inside ${show(to.cidr)}`,
        'remove it, or correct it: an exception cuts a hole into its CIDR',
      );
    }
  });
  return { kind: 'cidr', cidr, except };
}
