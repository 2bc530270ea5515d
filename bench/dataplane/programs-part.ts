import { benchPackets, type PacketFigures } from '../packet-bench.ts';
import type { DataPlanePart } from './part.ts';
import { tableText } from './table.ts';

interface ProgramFigures {
  /** ns of a DNS question that is judged and logged. */
  readonly dns: number;
  readonly cases: PacketFigures['cases'];
}

const RULES = 1000;

/** The programs alone, without a router around them. */
export const programsPart: DataPlanePart<ProgramFigures> = {
  name: 'programs',
  title: 'what the programs take by themselves',
  needs: [],
  measure: async () => {
    const { cases } = await benchPackets(RULES);
    const dns = cases.find(({ name }) => name.startsWith('DNS'))?.ns.median;
    if (dns === undefined) throw new Error('no DNS question was measured');
    return { dns, cases };
  },
  render: ({ cases }) => ({
    drawings: {},
    text: [
      '### The programs by themselves',
      '',
      `ns a packet by \`BPF_PROG_TEST_RUN\`, median and quartiles, with ${RULES.toLocaleString('en')} rules, half of them about hosts; each packet differs from the one before, and what changing it takes is taken off.`,
      '',
      tableText(
        ['packet', 'ns'],
        cases.map(({ name, ns: { low, median, high } }) => [name, `${median} (${low}–${high})`]),
      ),
    ].join('\n'),
  }),
};
