import type { CellResult } from './measure-cell.ts';
import type { PacketResults } from './measure-packets.ts';
import { tableText } from './table.ts';

/** What there is of a run; parts that were not measured are absent. */
export interface Measured {
  readonly packets?: PacketResults;
  readonly programs?: { readonly dns: number };
  readonly gateway?: readonly {
    readonly rules: number;
    readonly load: number;
    readonly change: { readonly median: number };
    readonly registration: { readonly p99: number };
    readonly resident: number;
  }[];
}

interface Target {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  /** Undefined where it was not measured. */
  readonly figure: number | undefined;
}

const ours = 'Sallyport';

/** What was to be reached, and what was. */
export function targetsSection(measured: Measured): string {
  const rows = targets(measured).flatMap(({ what, unit, limit, figure }) =>
    figure === undefined
      ? []
      : [
          [
            what,
            `${limit.toLocaleString('en')} ${unit}`,
            `${figure.toFixed(unit === '×' ? 2 : 0)} ${unit}`,
            figure <= limit ? 'met' : `missed by ${Math.round((100 * (figure - limit)) / limit)} %`,
          ],
        ],
  );
  return [
    '### What was to be reached',
    '',
    'Set before it was built; medians of this run, whether they please or not.',
    '',
    tableText(['', 'at most', 'measured', ''], rows),
  ].join('\n');
}

function targets({ packets, programs, gateway }: Measured): Target[] {
  const cells = packets?.cells ?? [];
  const added = (kind: CellResult['kind'], rules: number, flows: number) => {
    const cell = cells.find((c) => c.kind === kind && c.rules === rules && c.flows === flows);
    return cell && addedBy(cell, ours);
  };
  const of = (rules: number) => gateway?.find((one) => one.rules === rules);
  const few = added('established', 1000, 1000);
  const many = added('established', 131_072, 1000);
  const ns = 'ns';
  return [
    {
      what: 'established packet beyond plain forwarding, 1,000 rules and flows',
      unit: ns,
      limit: 150,
      figure: few,
    },
    {
      what: 'established packet beside the fastest stateful filter, in the worst cell',
      unit: '×',
      limit: 1,
      figure: worstRatio(cells.filter(({ kind }) => kind === 'established')),
    },
    {
      what: 'first packet of a connection beside the fastest stateful filter, in the worst cell',
      unit: '×',
      limit: 1,
      figure: worstRatio(cells.filter(({ kind }) => kind === 'new')),
    },
    {
      what: 'first packet of a connection, logged, beyond plain forwarding, 1,000 rules and flows',
      unit: ns,
      limit: 1000,
      figure: added('new', 1000, 1000),
    },
    {
      what: 'established packet with 131,072 rules beside 1,000, same flows',
      unit: '×',
      limit: 1.5,
      figure: few && many && many / few,
    },
    {
      what: 'DNS question judged and logged, in the kernel',
      unit: ns,
      limit: 500,
      figure: programs?.dns,
    },
    {
      what: '131,072 rules loaded and in force',
      unit: 'ms',
      limit: 1000,
      figure: of(131_072)?.load,
    },
    {
      what: 'changed clause live after the bundle, 1,000 rules',
      unit: 'ms',
      limit: 20,
      figure: of(1000)?.change.median,
    },
    {
      what: 'first packet after a registration, 99 of 100, 1,000 rules',
      unit: 'ms',
      limit: 50,
      figure: of(1000)?.registration?.p99,
    },
    {
      what: 'resident memory, 10,000 rules',
      unit: 'MiB',
      limit: 120,
      figure: of(10_000)?.resident,
    },
    {
      what: 'resident memory, 131,072 rules',
      unit: 'MiB',
      limit: 250,
      figure: of(131_072)?.resident,
    },
  ];
}

function addedBy({ figures }: CellResult, peer: string): number | undefined {
  return figures.find((one) => one.peer === peer)?.added.median;
}

/** Of totals, forwarding included: differences may be next to nothing. */
function worstRatio(cells: readonly CellResult[]): number | undefined {
  const ratios = cells.flatMap(({ figures }) => {
    const own = figures.find(({ peer }) => peer === ours)?.total.median;
    const others = figures.filter(({ stateful, peer }) => stateful && peer !== ours);
    const best = Math.min(...others.map(({ total }) => total.median));
    return own === undefined || others.length === 0 ? [] : [own / best];
  });
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}
