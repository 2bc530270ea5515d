import type { Cidr } from '../../src/policy/index.ts';
import type { Tuple } from './traffic.ts';

/** So many that each stays below its quota of flows. */
export const AGENTS = 4;

/** Where the workloads of an agent are. */
export function agentBlock(agent: number): string {
  return `10.8.${agent + 1}.0/24`;
}

const lengths = [32, 32, 32, 28, 24] as const;

/**
 * Blocks that do not touch each other, single addresses and larger ones. Peers that hold addresses alone hold the
 * first of each, and that is where all traffic goes.
 */
export function blocksOf(count: number, from = 0): Cidr[] {
  return Array.from({ length: count }, (_, i) => {
    const number = from + i;
    const value = FIRST_BLOCK + BigInt(number) * 256n;
    return { family: 4, value, length: lengths[number % lengths.length] ?? 32 };
  });
}

const FIRST_BLOCK = 0x2d00_0000n;
/** 198.18.0.0/15, for benchmarks (RFC 2544): in no block. */
const FORBIDDEN = 0xc612_0000;

/** The n-th connection: no two are equal. Neighbours share neither agent nor destination. */
export function tupleAt(n: number, blocks: readonly Cidr[]): Tuple {
  // A stride that shares no factor with the count: all blocks are visited, in no order.
  const block = blocks[(n * STRIDE) % blocks.length];
  return { ...fromAgent(n), dst: Number(block?.value ?? 0n), portDst: 443 };
}

/** The n-th attempt at what no rule allows. */
export function forbiddenTupleAt(n: number): Tuple {
  return { ...fromAgent(n), dst: FORBIDDEN + ((n * STRIDE) % 65_536), portDst: 443 };
}

const STRIDE = 7919;
const PORTS = 60_000;

function fromAgent(n: number): Pick<Tuple, 'src' | 'portSrc'> {
  const agent = n % AGENTS;
  const turn = Math.floor(n / AGENTS);
  const host = 1 + Math.floor(turn / PORTS);
  return { src: 0x0a08_0000 + ((agent + 1) << 8) + host, portSrc: 1024 + (turn % PORTS) };
}
