import { compareBytes } from '../../policy/index.ts';
import type { AgentReachDiff, Deciding } from '../index.ts';
import { listed } from './listed.ts';
import type { RegionCells } from './region-cells.ts';
import type { ToldRow } from './told-row.ts';
import { countOf } from './verdict-words.ts';

/** Rows of hosts that one and the same deny cuts off from the same addresses become one. */
export function foldCutOff(rows: readonly ToldRow[], most: number): ToldRow[] {
  return folded(
    rows,
    ({ cutOff, isRare }) => (isRare ? undefined : cutOff?.story),
    (group) => {
      const [first] = group;
      const { where = '' } = first.cutOff ?? {};
      const hosts = [...new Set(group.flatMap(({ cutOff }) => cutOff?.hosts ?? []))].sort(
        compareBytes,
      );
      const differing = differingCells(group);
      return {
        ...first,
        cells: {
          ...common(first.cells, differing),
          peer:
            hosts.length === 1
              ? `${hosts.join()} ${where}`
              : `${countOf(hosts.length, 'host')}, if DNS has them ${where}: ${listed(hosts, most)}`,
          ...(differing.length > 0
            ? { when: `${listed(differing, most)}: as each clause has it` }
            : {}),
        },
        ...decidersOf(group),
      };
    },
  );
}

/** Rows of questions that differ in the types asked for alone become one: the reason differs with the type. */
export function foldTypes(rows: readonly ToldRow[]): ToldRow[] {
  const isByType = ({ before, after }: ToldRow) =>
    [...before, ...after].some(({ reason }) => reason === 'dns-type' || reason === 'dns-name');
  const key = (row: ToldRow) => {
    if (row.kind !== 'question' || !isByType(row)) return undefined;
    const { peer, when } = row.cells;
    const allowed = [...row.before, ...row.after].filter(({ decision }) => decision === 'allow');
    return JSON.stringify([row.isLess, peer, when, allowed]);
  };
  return folded(rows, key, (group) => ({
    ...group[0],
    cells: { ...group[0].cells, traffic: 'DNS: any type' },
    ...decidersOf(group),
  }));
}

/** An agent that is put in audit, or enforced: that nothing of its own rules drops it any more needs no list. */
export function foldAudit(rows: readonly ToldRow[], { handling }: AgentReachDiff): ToldRow[] {
  if (!handling.some(({ what }) => what === 'mode')) return [...rows];
  const groups = Map.groupBy(rows.filter(isByAudit), (row) => `${row.kind} ${row.isLess}`);
  const told = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [auditRow(first, group.length)] : [];
  });
  return [...told, ...rows.filter((row) => !isByAudit(row))];
}

/** Denied on one side, and on the other let pass by audit alone. */
function isByAudit({ before, after }: ToldRow): boolean {
  const sides = [...before, ...after];
  return sides.some(isAudit) && sides.some(({ decision }) => decision === 'deny');
}

function isAudit({ reason }: Deciding): boolean {
  return reason === 'would-deny';
}

function auditRow(row: ToldRow, regions: number): ToldRow {
  const audit: Deciding = { decision: 'allow', reason: 'would-deny', clause: null };
  const deny: Deciding = { decision: 'deny', reason: 'denied', clause: null };
  const side = (decidings: readonly Deciding[]) => [decidings.some(isAudit) ? audit : deny];
  return {
    kind: row.kind,
    isLess: row.isLess,
    isRare: false,
    cells: {
      peer: auditTexts[row.kind],
      traffic: `${countOf(regions, 'region')} (--all)`,
      when: '',
      whom: '',
    },
    before: side(row.before),
    after: side(row.after),
  };
}

const auditTexts = {
  question: 'DNS questions that only its own rules refuse',
  ingress: 'from all that only its own rules keep out',
  egress: 'all that only its own rules deny',
} as const;

type Group = readonly [ToldRow, ...ToldRow[]];

/** Each group at the place of its first row; what has no key stays as it is, and so does what is alone. */
function folded(
  rows: readonly ToldRow[],
  keyOf: (row: ToldRow) => string | undefined,
  fold: (group: Group) => ToldRow,
): ToldRow[] {
  const groups = Map.groupBy(rows, (row) => keyOf(row) ?? row);
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    return first && others.length > 0 ? [fold([first, ...others])] : group;
  });
}

function decidersOf(group: Group): Pick<ToldRow, 'before' | 'after'> {
  const all = (side: 'before' | 'after') => {
    const byText = new Map(
      group.flatMap((row) => row[side]).map((one) => [JSON.stringify(one), one]),
    );
    return [...byText.values()];
  };
  return { before: all('before'), after: all('after') };
}

const cellTitles = { traffic: 'ports', when: 'times', whom: 'principals' } as const;

function differingCells(group: Group): string[] {
  const keys = ['traffic', 'when', 'whom'] as const;
  const differs = (key: (typeof keys)[number]) =>
    new Set(group.map(({ cells }) => cells[key])).size > 1;
  return keys.filter(differs).map((key) => cellTitles[key]);
}

function common(cells: RegionCells, differing: readonly string[]): RegionCells {
  const kept = (key: keyof typeof cellTitles) =>
    differing.includes(cellTitles[key]) ? '' : cells[key];
  return { ...cells, traffic: kept('traffic'), when: kept('when'), whom: kept('whom') };
}
