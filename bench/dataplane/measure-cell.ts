import { tcpFlags } from '../../gateway/judge/index.ts';
import type { Cidr } from '../../src/policy/index.ts';
import { type Quartiles, quartiles } from '../part.ts';
import type { Cell } from './cells.ts';
import { type Peer, unfilteredName } from './peers/index.ts';
import type { Router } from './scene.ts';
import type { Burst, Traffic } from './traffic.ts';
import { blocksOf, forbiddenTupleAt, tupleAt } from './workload.ts';

/** A peer on its router. */
export interface Station {
  readonly peer: Peer;
  readonly router: Router;
}

export interface Effort {
  /** How often each peer has its turn; what is told is medians and quartiles over these. */
  readonly rounds: number;
  /** Frames of one burst, at least; of established flows, at least one for each and direction. */
  readonly frames: number;
}

export interface CellFigure {
  readonly peer: string;
  readonly stateful: boolean;
  /** ns a packet, forwarding included. */
  readonly total: Quartiles;
  /** ns a packet beyond what the router without a filter took in the same round. */
  readonly added: Quartiles;
}

export interface CellResult extends Cell {
  readonly figures: readonly CellFigure[];
  readonly frames: number;
}

const OPEN = { flags: tcpFlags.syn, direction: 'out' } as const;
const ANSWER = { flags: tcpFlags.syn | tcpFlags.ack, direction: 'back' } as const;
const GO_ON = { flags: tcpFlags.ack, direction: 'out' } as const;
const COME_BACK = { flags: tcpFlags.ack, direction: 'back' } as const;
/** Events of so many new flows find room in the ring buffer. */
const AT_ONCE = 4096;

/** All peers in turn, round after round. The rules stand already. */
export async function measureCell(
  cell: Cell,
  stations: readonly Station[],
  traffic: Traffic,
  blocks: readonly Cidr[],
  effort: Effort,
): Promise<CellResult> {
  prepareTuples(cell, traffic, blocks, effort);
  for (const station of stations) await establish(station, traffic, cell);
  const times = new Map<string, number[]>(stations.map(({ peer }) => [peer.name, []]));
  let frames = 0;
  // The first round warms up.
  for (let round = 0; round <= effort.rounds; round++) {
    for (const [i] of stations.entries()) {
      const station = stations[(i + round) % stations.length];
      if (!station) continue;
      const one = await turn(cell, station, traffic, blocks, effort, round);
      frames += one.frames;
      if (round > 0) times.get(station.peer.name)?.push(one.ns);
    }
  }
  for (const { peer } of stations) await peer.forgetFlows();
  const bare = times.get(unfilteredName) ?? [];
  const figures = stations.map(({ peer: { name, stateful } }): CellFigure => {
    const own = times.get(name) ?? [];
    const total = quartiles(own);
    return {
      peer: name,
      stateful,
      total,
      added: quartiles(own.map((ns, round) => ns - (bare[round] ?? 0))),
    };
  });
  return { ...cell, figures, frames };
}

/** Known flows first, then as many as are opened, or refused, in all rounds. */
function prepareTuples(
  { kind, flows }: Cell,
  traffic: Traffic,
  blocks: readonly Cidr[],
  { rounds, frames }: Effort,
): void {
  const more = kind === 'new' ? frames * (rounds + 1) : kind === 'denied' ? flows : 0;
  const known = kind === 'denied' ? 0 : flows;
  traffic.setTuples(
    Array.from({ length: known + more }, (_, n) =>
      kind === 'denied' ? forbiddenTupleAt(n) : tupleAt(n, blocks),
    ),
  );
}

/** SYN, SYN and ACK back, ACK: whoever tracks connections then has them ESTABLISHED. */
async function establish({ peer, router }: Station, traffic: Traffic, { kind, flows }: Cell) {
  await peer.forgetFlows();
  if (kind === 'denied') return;
  for (let start = 0; start < flows; start += AT_ONCE) {
    const part = { start, end: Math.min(flows, start + AT_ONCE) };
    for (const step of [OPEN, ANSWER, GO_ON, COME_BACK]) {
      await sendAll(peer, router, traffic, { ...part, ...step });
    }
    await peer.rest();
  }
  const known = await peer.knownFlows();
  if (known !== undefined && known !== flows) {
    throw new Error(`${peer.name} knows ${known} of ${flows} flows`);
  }
}

async function turn(
  { kind, flows }: Cell,
  { peer, router }: Station,
  traffic: Traffic,
  blocks: readonly Cidr[],
  { frames }: Effort,
  round: number,
): Promise<{ ns: number; frames: number }> {
  const known = { start: 0, end: flows };
  const send = (burst: Burst) => sendAll(peer, router, traffic, burst);
  switch (kind) {
    case 'established': {
      const count = Math.max(flows, frames);
      // What others have pushed out of the caches since comes back first, unless it does not fit anyhow.
      if (flows < frames) await send({ ...known, ...GO_ON });
      const out = await send({ ...known, ...GO_ON, count });
      const back = await send({ ...known, ...COME_BACK, count });
      return { ns: (out.ns + back.ns) / 2, frames: 2 * count };
    }
    case 'new': {
      const start = flows + round * frames;
      const sent = await send({ start, end: start + frames, ...OPEN });
      await peer.rest();
      return sent;
    }
    case 'denied': {
      const start = flows > frames ? (round * frames) % flows : 0;
      const burst = { start, end: Math.min(flows, start + frames), count: frames, ...OPEN };
      const sent = await traffic.send(router, burst);
      check(peer, sent, peer.name === unfilteredName ? frames : 0);
      await peer.rest();
      return sent;
    }
    case 'changed': {
      // A block that no flow goes to comes and goes.
      const changed = round % 2 === 0 ? [...blocks, ...blocksOf(1, blocks.length)] : blocks;
      await peer.changeOne({ blocks: changed });
      return send({ ...known, ...GO_ON });
    }
  }
}

async function sendAll(peer: Peer, router: Router, traffic: Traffic, burst: Burst) {
  const sent = await traffic.send(router, burst);
  check(peer, sent, sent.frames);
  return sent;
}

/** What is not where it should be was not measured. */
function check(peer: Peer, sent: { frames: number; arrived: number }, expected: number): void {
  if (sent.arrived === expected) return;
  throw new Error(
    `${peer.name}: ${sent.arrived} of ${sent.frames} frames came through, not ${expected}`,
  );
}
