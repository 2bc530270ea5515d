import type { Quartiles } from '../../part.ts';
import type { Section } from '../part.ts';
import { COLOURS, dotRows } from '../plots/index.ts';
import { tableText } from '../table.ts';

export type SocketKind = 'connect' | 'request' | 'dns';

export interface SocketFigures {
  readonly way: string;
  readonly kind: SocketKind;
  readonly perSecond: Quartiles;
  /** µs: of the median, the 99th and the 99.9th hundredth, over the rounds. */
  readonly latencies: readonly Quartiles[];
}

const kinds: Readonly<Record<SocketKind, { title: string; unit: string; file: string }>> = {
  connect: { title: 'TCP connections', unit: 'connections a second', file: 'connect' },
  request: { title: 'Requests over one connection', unit: 'requests a second', file: 'request' },
  dns: { title: 'DNS questions', unit: 'questions a second', file: 'dns' },
};

const shares = ['p50', 'p99', 'p99.9'];

/** What programs notice: tables, and a drawing of latencies for each kind. */
export function socketSection(figures: readonly SocketFigures[]): Section {
  const present = (Object.keys(kinds) as SocketKind[]).map((kind) => ({
    kind,
    rows: figures.filter((one) => one.kind === kind),
  }));
  return {
    drawings: Object.fromEntries(
      present.map(({ kind, rows }) => [`${kinds[kind].file}-latency.svg`, drawing(kind, rows)]),
    ),
    text: [
      '### Connections, requests, DNS: real sockets',
      '',
      'Client, gateway and server in namespaces of their own; client and server are small programs (Node.js, dnsperf, unbound), and with the gateway they share the cores of this machine, so rates are what is left of the processor. Sallyport is `sallyport-gateway run`, which reads and writes every event meanwhile. Connections: opened four at a time and ended at once. Requests: 64 bytes and their echo, one after the other. DNS: 1,000 names; latency of questions one after the other, rate with 64 under way from 16 ports, none of them left unanswered. dnsmasq is what one would put in between otherwise: it forwards one zone only, and puts the addresses of each answer into a set of nftables. Median (quartiles) of rounds in which each had its turn; latencies in µs.',
      '',
      ...present.flatMap(({ kind, rows }) => [
        `#### ${kinds[kind].title}`,
        '',
        `![Latency: ${kinds[kind].title}](performance/${kinds[kind].file}-latency.svg)`,
        '',
        tableText(
          ['', kinds[kind].unit, ...shares],
          rows.map(({ way, perSecond, latencies }) => [
            way === 'Sallyport' ? `**${way}**` : way,
            ...[perSecond, ...latencies].map(rangeText),
          ]),
        ),
        '',
      ]),
    ].join('\n'),
  };
}

function rangeText({ low, median, high }: Quartiles): string {
  return `${whole(median)} (${whole(low)}–${whole(high)})`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function drawing(kind: SocketKind, rows: readonly SocketFigures[]): string {
  return dotRows({
    title: `Latency: ${kinds[kind].title}`,
    xLabel: 'µs',
    marks: shares,
    rows: rows.map(({ way, latencies }, i) => ({
      name: way,
      colour:
        way === 'Sallyport' ? 0 : way === 'no filter' ? COLOURS - 1 : Math.min(i, COLOURS - 2),
      values: latencies.map(({ median }) => median),
    })),
  });
}
