import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simulate } from '../src/impact/index.ts';
import { type Cidr, formatAddress } from '../src/policy/index.ts';
import type { RuleSet } from '../src/rules/index.ts';
import { openRecording, SegmentWriter } from '../src/traffic/index.ts';
import { AGENT_ADDRESS, rulesOfSize } from './packet-case.ts';
import { type Part, quartiles } from './part.ts';

const sizes = [10, 1000];
const rounds = 5;
const mixes = [
  { name: 'flows to 500 destinations', flows: 200_000, destinations: 500 },
  { name: 'each flow to a destination of its own', flows: 20_000, destinations: 20_000 },
];

export const simulationPart: Part = {
  name: 'simulation',
  title: 'how fast recorded flows are replayed',
  async measure(progress) {
    const rows: string[][] = [];
    for (const mix of mixes) {
      const figures: string[] = [];
      for (const size of sizes) {
        progress(`${size} rules, ${mix.name}`);
        const { ruleSet, blocks } = rulesOfSize(size);
        figures.push(await withRecording(mix, blocks, (folder) => rate(folder, ruleSet)));
      }
      rows.push([mix.name, ...figures]);
    }
    return {
      title: 'Simulation',
      method: `Flows a second, median and quartiles of ${rounds} rounds: read from a recording on disk, judged by the rules before and after, which differ in one clause, and collected into a report. All rules are of one agent, half of them about blocks of addresses and half about hosts; an answer is looked up where an equal flow has been judged already.`,
      columns: ['recording', ...sizes.map((size) => `${size.toLocaleString('en')} rules`)],
      rows,
    };
  },
};

async function rate(folder: string, before: RuleSet): Promise<string> {
  const after = withoutOneClause(before);
  const recording = await openRecording(folder);
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    const { flows } = await simulate(before, after, recording.flows());
    // The first round warms up.
    if (round > 0) rates.push((flows / (performance.now() - started)) * 1000);
  }
  const { low, median, high } = quartiles(rates);
  return `${rounded(median)} (${rounded(low)}–${rounded(high)})`;
}

async function withRecording<T>(
  { flows, destinations }: (typeof mixes)[number],
  blocks: readonly Cidr[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sallyport-bench-'));
  try {
    const options = { folder, onNotice: () => {}, maxPendingBytes: 1 << 30 };
    const writer = await SegmentWriter.open(options);
    for (let i = 0; i < flows; i++) writer.append(recordTo(blocks, i % destinations));
    await writer.close();
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As a gateway writes it; the first round of destinations lies in blocks that rules allow, the next ones beside them. */
function recordTo(blocks: readonly Cidr[], number: number) {
  const block = blocks[number % blocks.length];
  const value = (block?.value ?? 0n) + BigInt(Math.floor(number / blocks.length)) * 0x1_0000n;
  return {
    at: new Date(1_790_000_000_000 + number).toISOString(),
    event: 'flow',
    kind: 'new',
    decision: 'allow',
    reason: 'allowed',
    agent: 'bench',
    policyVersion: '1.0.0',
    clause: 'AgentPolicy/bench#net-0',
    src: formatAddress(AGENT_ADDRESS),
    dst: formatAddress({ family: 4, value: value & 0xffff_ffffn }),
    protocol: 'tcp',
    port: 443,
    srcPort: 32_768 + (number % 28_000),
    names: [],
    interface: 'agent0',
    generation: 1,
  };
}

function withoutOneClause(ruleSet: RuleSet): RuleSet {
  return {
    ...ruleSet,
    agents: ruleSet.agents.map((agent) => ({ ...agent, allow: agent.allow.slice(1) })),
  };
}

function rounded(rate: number): string {
  return Number(rate.toPrecision(3)).toLocaleString('en');
}
