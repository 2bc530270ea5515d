import { type Address, hostCidr } from '../../src/policy/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import type { LoweredAgent } from '../lower/index.ts';
import { addressBytes, type Binding, sourceValue, type Workload } from '../tables/index.ts';

// Interfaces of the judge are numbers only: nothing is attached, the program is told which one to take.

/** Any agent may be behind this one. */
export const EVERYONE = 1;
/** No agent is behind this one. */
const NOBODY = 2;
/** Each agent has one to itself, where every other address is spoofed. */
const FIRST_AGENT = 1000;

export interface JudgedAgent extends LoweredAgent {
  /** Number in the tables. */
  readonly id: number;
  readonly index: number;
}

export function interfaceOf(agent: Pick<JudgedAgent, 'index'> | undefined): number {
  return agent ? FIRST_AGENT + agent.index : NOBODY;
}

/** @param workloads those that count */
export function judgeBindings(
  agents: readonly LoweredAgent[],
  workloads: readonly Workload[],
): Binding[] {
  const own = agents.map(({ name, sources }, index) => ({
    ifindex: interfaceOf({ index }),
    holds: [
      ...sources,
      ...workloads.flatMap(({ agent, address }) => (agent === name ? [hostCidr(address)] : [])),
    ],
  }));
  return [{ ifindex: EVERYONE, holds: 'all' }, ...own];
}

/** Stand-ins where a flow gives no address: a reserved IPv4 block (RFC 1112) and IPv6's discard block (RFC 6666). */
export function standIn(agent: Pick<JudgedAgent, 'index'> | undefined, family: 4 | 6): Address {
  const number = BigInt(agent ? agent.index + 1 : 0);
  const value = family === 4 ? 0xf000_0000n + number : (0x0100n << 112n) + number;
  return { family, value };
}

type Entry = [Decoded<typeof structs.sourceKey>, Decoded<typeof structs.source>];

/** Each agent's stand-ins on its own interface, and nobody anywhere on the interface of nobody. */
export function standInSources(slot: number, agents: readonly JudgedAgent[]): Entry[] {
  const { SOURCE_AGENT, SOURCE_UNKNOWN } = constants;
  const everything = { prefix_length: 64, slot, ifindex: NOBODY, addr: new Uint8Array(16) };
  return [
    [everything, sourceValue({ kind: SOURCE_UNKNOWN })],
    ...agents.flatMap((agent) =>
      ([4, 6] as const).map((family): Entry => {
        const addr = new Uint8Array(addressBytes(standIn(agent, family)));
        const key = { prefix_length: 64 + 128, slot, ifindex: interfaceOf(agent), addr };
        const kind = agent.isRemote ? SOURCE_UNKNOWN : SOURCE_AGENT;
        return [key, sourceValue({ kind, agent: agent.id })];
      }),
    ),
  ];
}
