import { benchPackets, type PacketFigures } from './packet-bench.ts';
import type { Part, Quartiles } from './part.ts';

const sizes = [10, 10_000];

export const packetPart: Part = {
  name: 'packets',
  title: 'what one packet costs in the kernel',
  needs: 'root',
  async measure(progress) {
    const figures: PacketFigures[] = [];
    for (const size of sizes) {
      progress(`${size} rules`);
      figures.push(await benchPackets(size));
    }
    return {
      title: 'One packet in the kernel',
      method:
        'ns a packet by `BPF_PROG_TEST_RUN`, median and quartiles of 15 rounds of 8,000 packets. Each packet differs from the one before: destinations run over all rules, names over all hosts, ports over all flows. What changing the packet costs, a bare program included, is measured in the same round and taken off. Half of the rules allow blocks of addresses, half allow hosts. “Logged” means that an event was written to the ring buffer.',
      columns: ['packet', ...sizes.map((size) => `${size.toLocaleString('en')} rules`)],
      rows: (figures[0]?.cases ?? []).map(({ name }, i) => [
        name,
        ...figures.map(({ cases }) => text(cases[i]?.ns)),
      ]),
    };
  },
};

function text(ns: Quartiles | undefined): string {
  return ns ? `${ns.median} (${ns.low}–${ns.high})` : '–';
}
