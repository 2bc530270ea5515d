import { dnsQuery, ipFrame, tcpFlags, tcpSegment, udpDatagram } from '../gateway/judge/index.ts';
import {
  BpfMap,
  EventStream,
  interfacePrograms,
  loadFile,
  loadObject,
  objectPath,
  runOnPacket,
  u32,
} from '../gateway/kernel/index.ts';
import { lower } from '../gateway/lower/index.ts';
import { RuleTables } from '../gateway/tables/index.ts';
import { reasons } from '../src/rules/index.ts';
import { AGENT_ADDRESS, hostAt, RESOLVER, rulesOfSize } from './packet-case.ts';
import { type Quartiles, quartiles } from './part.ts';

const IFINDEX = 1;
const VARY = { destination: 1, port: 2, name: 4 } as const;
/** Fewer than the ring buffer holds, so that every event is really written; it is drained between rounds. */
const RUNS = 8000;
const ROUNDS = 15;

export interface PacketFigures {
  readonly rules: number;
  /** Median ns a packet over all rounds, cost of changing the packet taken off; quartiles beside it. */
  readonly cases: readonly { readonly name: string; readonly ns: Quartiles }[];
}

interface Case {
  readonly name: string;
  readonly frame: Buffer;
  readonly vary: number;
  readonly variants: number;
  /** Flows must be new in every round. */
  readonly fresh: boolean;
}

/** What one packet costs in the kernel, by BPF_PROG_TEST_RUN, with so many rules. */
export async function benchPackets(rules: number): Promise<PacketFigures> {
  const object = loadObject({ leaveOut: [...interfacePrograms, 'sp_judge'] });
  const file = loadFile(objectPath('bench'), { shared: object.maps });
  const programs = { vary: file.programFd('sp_vary'), judge: file.programFd('sp_vary_judge') };
  const events = new EventStream(object.maps.sp_events.fd, () => {});
  try {
    const { ruleSet, blocks } = rulesOfSize(rules);
    const tables = new RuleTables(object, { clauses: 16384 * 4 });
    await tables.apply(lower(ruleSet), [{ ifindex: IFINDEX, holds: 'all' }]);
    const variants = new BpfMap('sp_variants', file.mapFd('sp_variants'), u32, u32);
    variants.setAll(blocks.map(({ value }, i) => [i, swap32(Number(value))]));
    const run = (program: number, { frame, vary, variants: count }: Case, start: number) =>
      runOnPacket(program, {
        frame,
        mark: IFINDEX,
        cb: [start, vary, count],
        repeat: RUNS,
      }).duration;
    const drain = () => {
      while (events.drain() > 0);
    };
    const cases = casesFor(blocks.length).map((one) => {
      const rounds = Array.from({ length: ROUNDS }, (_, round) => {
        if (one.fresh) forgetFlows(object);
        else run(programs.judge, one, 0);
        drain();
        const base = run(programs.vary, one, 0);
        const cost = run(programs.judge, one, 0);
        drain();
        return { round, ns: cost - base };
      });
      return { name: one.name, ns: quartiles(rounds.map(({ ns }) => ns)) };
    });
    checkNothingLost(object);
    checkNothingRefused(object);
    const empty = Array.from({ length: ROUNDS }, () => {
      const frame = Buffer.alloc(64);
      return runOnPacket(object.programs.sp_empty, { frame, repeat: 1_000_000 }).duration;
    });
    return { rules, cases: [{ name: 'empty program', ns: quartiles(empty) }, ...cases] };
  } finally {
    await events.stop();
    file.close();
    object.close();
  }

  function forgetFlows({ maps }: typeof object): void {
    for (const key of [...maps.sp_flows.keys()]) maps.sp_flows.delete(key);
    for (const id of [1])
      maps.sp_agent_use.set(id, { flows: 0, learned: 0, names: 0, hello_parts: 0 });
  }
}

/** An event that finds no room costs less than one that is written: such a figure would be too good. */
function checkNothingLost({ maps }: ReturnType<typeof loadObject>): void {
  const lost = maps.sp_losses.getPerCpu(0).reduce((sum, { events }) => sum + events, 0n);
  if (lost > 0n) throw new Error(`${lost} events were lost: the figures would be too good`);
}

/** A packet that is refused takes another way than the one that is to be measured. */
function checkNothingRefused({ maps }: ReturnType<typeof loadObject>): void {
  for (const [id, { name }] of reasons.entries()) {
    const packets = maps.sp_reason_count.getPerCpu(id).reduce((sum, one) => sum + one.packets, 0n);
    if (packets > 0n && name !== 'allowed') throw new Error(`${packets} packets were ${name}`);
  }
}

function casesFor(each: number): Case[] {
  const src = AGENT_ADDRESS;
  const dst = { family: 4, value: 0x2d00_0000n } as const;
  const tcp = (flags: number) =>
    ipFrame({ src, dst }, 6, tcpSegment({ from: 40000, to: 443, flags }));
  const query = dnsQuery({ id: 7, name: `${hostAt(0)}.example.com`, type: 1 });
  const dns = ipFrame({ src, dst: RESOLVER }, 17, udpDatagram(40000, 53, query));
  const destinations = Math.min(each, RUNS);
  return [
    {
      name: 'established flow',
      frame: tcp(tcpFlags.ack),
      vary: VARY.destination,
      variants: destinations,
      fresh: false,
    },
    {
      name: 'new flow, logged',
      frame: tcp(tcpFlags.syn),
      vary: VARY.destination | VARY.port,
      variants: destinations,
      fresh: true,
    },
    { name: 'DNS question, logged', frame: dns, vary: VARY.name, variants: each, fresh: false },
  ];
}

function swap32(value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.readUInt32LE();
}
