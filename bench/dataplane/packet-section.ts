import type { Cell, PacketKind } from './cells.ts';
import type { CellFigure, CellResult } from './measure-cell.ts';
import type { PacketResults } from './measure-packets.ts';
import type { Section } from './part.ts';
import { COLOURS, linePanels, type Series } from './plots/index.ts';
import { tableText } from './table.ts';

const ours = 'Sallyport';

const kinds: Readonly<Record<PacketKind, { title: string; meaning: string }>> = {
  established: {
    title: 'A packet of an established connection',
    meaning: 'Packets in both directions, half each.',
  },
  new: {
    title: 'The first packet of a connection',
    meaning:
      'SYNs, each of a connection of its own, while as many connections as the table says are established. Sallyport logs each one: the event is written to the ring buffer and not lost.',
  },
  denied: {
    title: 'A packet that is refused',
    meaning:
      'SYNs to where no rule allows anything, of as many different connections as the table says. A refused packet is spared the rest of its way, so the difference to forwarding it is mostly negative: the figure is what judging and dropping it takes in all. Sallyport counts each with its reason and logs a connection once a second; the others are silent.',
  },
  changed: {
    title: 'The first packet of an established connection after a rule has changed',
    meaning:
      'One rule comes or goes, then each connection sends one packet. Sallyport judges each anew by the rules of now. The others do not: what conntrack has let in once goes on, whatever the rules say now; only those without conntrack follow their rules at all.',
  },
};

/** Tables and drawings of what one packet takes. */
export function packetSection(results: PacketResults): Section {
  const kindsMeasured = (Object.keys(kinds) as PacketKind[]).filter((kind) =>
    results.cells.some((cell) => cell.kind === kind),
  );
  const drawings = Object.fromEntries(
    kindsMeasured.map((kind) => [`${kind}-packets.svg`, drawingOf(kind, results.cells)]),
  );
  return {
    drawings,
    text: [
      ...kindsMeasured.flatMap((kind) => [
        `### ${kinds[kind].title}`,
        '',
        `${kinds[kind].meaning} ${unitOf(kind)}`,
        '',
        `![${kinds[kind].title}](performance/${kind}-packets.svg)`,
        '',
        cellTable(
          results.cells.filter((cell) => cell.kind === kind),
          kind,
        ),
        '',
      ]),
      '### Loading rules',
      '',
      'Milliseconds until the rules stood in an empty filter, the whole command included (`nft -f`, `ipset restore`); for Sallyport from the compiled rules until the first packet that they judge.',
      '',
      loadingTable(results),
      '',
      ...(results.absent.length > 0
        ? [`Not installed here, and so not measured: ${results.absent.join(', ')}.`, '']
        : []),
      `${results.frames.toLocaleString('en')} frames were measured; each was counted where it should arrive, or not. ${results.late === 0 ? 'All had arrived when the call that sent them returned, so that the thread that is timed did all the work.' : `${results.late} of all frames sent arrived only after the call that sent them: another thread did their last step.`}`,
    ].join('\n'),
  };
}

function unitOf(kind: PacketKind): string {
  return kind === 'denied'
    ? 'ns a packet in all, median (quartiles).'
    : 'ns a packet more than the router without a filter, which itself takes what the first row says, median (quartiles) of differences within a round.';
}

function cellTable(cells: readonly CellResult[], kind: PacketKind): string {
  const names = cells[0]?.figures.map(({ peer }) => peer) ?? [];
  const columns = cells.map(cellTitle);
  const rows = names.map((name, i) => [
    name === ours ? `**${name}**` : name,
    ...cells.map(({ figures }) => {
      const figure = figures.find(({ peer }) => peer === name);
      if (!figure) return '–';
      const { low, median, high } = kind === 'denied' || i === 0 ? figure.total : figure.added;
      const sign = kind === 'denied' || i === 0 ? '' : '+';
      return `${sign}${whole(median)} (${whole(low)}–${whole(high)})`;
    }),
  ]);
  return tableText(['', ...columns], rows);
}

function cellTitle({ rules, flows }: Cell): string {
  return `${rules.toLocaleString('en')} rules, ${flows.toLocaleString('en')} ${flows === 1 ? 'flow' : 'flows'}`;
}

function loadingTable({ loading }: PacketResults): string {
  const sizes = [...new Set(loading.map(({ rules }) => rules))];
  const peers = [...new Set(loading.map(({ peer }) => peer))].slice(1);
  return tableText(
    ['', ...sizes.map((rules) => `${rules.toLocaleString('en')} rules`)],
    peers.map((peer) => [
      peer === ours ? `**${peer}**` : peer,
      ...sizes.map((rules) => {
        const found = loading.find((one) => one.peer === peer && one.rules === rules);
        return found ? whole(found.ms) : '–';
      }),
    ]),
  );
}

function drawingOf(kind: PacketKind, all: readonly CellResult[]): string {
  const cells = all.filter((cell) => cell.kind === kind);
  const flows = [...new Set(cells.map((cell) => cell.flows))].sort((a, b) => a - b);
  const rules = [...new Set(cells.map((cell) => cell.rules))].sort((a, b) => a - b);
  // A drawing of differences has no place for what the others differ from.
  const names = (cells[0]?.figures ?? []).slice(kind === 'denied' ? 0 : 1);
  return linePanels({
    title: kinds[kind].title,
    xLabel: 'rules',
    yLabel: kind === 'denied' ? 'ns a packet' : 'ns a packet beyond no filter',
    ticks: rules.map((count) => [count, shortCount(count)]),
    panels: flows.map((count) => ({
      title: count === 1 ? '1 flow' : `${count.toLocaleString('en')} flows`,
      series: names.map(({ peer, stateful }, i): Series => {
        const own = cells.filter((cell) => cell.flows === count);
        return {
          name: peer,
          colour: colourOf(peer, i, kind),
          dashed: !stateful,
          points: own.flatMap((cell) => pointOf(cell, peer, kind)),
        };
      }),
    })),
  });
}

/** Without and with conntrack the same colour: the one is drawn dashed. */
function colourOf(peer: string, place: number, kind: PacketKind): number {
  if (peer === ours) return 0;
  if (kind === 'denied' && place === 0) return COLOURS - 1;
  const lookups = ['hash set', 'verdict map', 'interval set', 'ipset'];
  const found = lookups.findIndex((lookup) => peer.includes(lookup));
  return found < 0 ? COLOURS - 1 : 1 + found;
}

function pointOf(cell: CellResult, peer: string, kind: PacketKind) {
  const figure = cell.figures.find((one: CellFigure) => one.peer === peer);
  if (!figure) return [];
  const { low, median, high } = kind === 'denied' ? figure.total : figure.added;
  return [{ x: cell.rules, y: median, low, high }];
}

function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${Math.round(count / 1024) || 1}k`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
