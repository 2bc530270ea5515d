import { setTimeout as pause } from 'node:timers/promises';
import { ipFrame, tcpFlags, tcpSegment } from '../../gateway/judge/index.ts';
import { BpfMap, type LoadedFile, sendFrames, u32 } from '../../gateway/kernel/index.ts';
import { Struct } from '../../gateway/layout/index.ts';
import type { Router } from './scene.ts';
import { inNetworkOf, threadTime } from './system-calls.ts';

/** One end of a flow is an agent, the other where it wants to go. Addresses as numbers. */
export interface Tuple {
  readonly src: number;
  readonly dst: number;
  readonly portSrc: number;
  readonly portDst: number;
}

export type Direction = 'out' | 'back';

export interface Burst {
  /** Which of the tuples, in turn. */
  readonly start: number;
  readonly end: number;
  /** How many frames; default one of each tuple. */
  readonly count?: number;
  readonly flags: number;
  readonly direction: Direction;
}

export interface Sent {
  /** CPU time a frame. */
  readonly ns: number;
  readonly frames: number;
  /** What came through, once all was done. */
  readonly arrived: number;
}

// As in gateway/bpf/traffic.bpf.c. Network order is written as such.
const tupleStruct = new Struct('sp_tuple', {
  src: 'u32',
  dst: 'u32',
  port_src: 'u16',
  port_dst: 'u16',
});
const trafficStruct = new Struct('sp_traffic', {
  start: 'u32',
  end: 'u32',
  next: 'u32',
  reverse: 'u32',
  ip_sum: 'u32',
  tcp_sum: 'u32',
  macs: { of: 'u8', count: 12 },
  pad: 'u32',
  sent: 'u64',
});

const PAYLOAD = Buffer.alloc(10, 0x61);
/** Frames on their way to the end when a call returns would belong to a thread that is not timed. */
const LATE_MS = 200;
const NEIGHBOUR = Buffer.from('020000000099', 'hex');
const nowhere = { family: 4, value: 0n } as const;

/** Sends frames of many flows into a router and counts what comes out of it. */
export class Traffic {
  readonly #program: number;
  readonly #state;
  readonly #tuples;
  readonly #arrived;
  /** Frames of which some came through only after the call that sent them. */
  late = 0;

  constructor(programs: LoadedFile) {
    this.#program = programs.programFd('sp_send');
    this.#state = new BpfMap('sp_traffic', programs.mapFd('sp_traffic'), u32, codec(trafficStruct));
    this.#tuples = new BpfMap('sp_tuples', programs.mapFd('sp_tuples'), u32, codec(tupleStruct));
    this.#arrived = new BpfMap('sp_arrived', programs.mapFd('sp_arrived'), u32, {
      size: 8,
      encode: () => Buffer.alloc(8),
      decode: (from: Buffer) => Number(from.readBigUInt64LE()),
    });
  }

  setTuples(tuples: readonly Tuple[]): void {
    this.#tuples.setAll(
      tuples.map(({ src, dst, portSrc, portDst }, i) => [
        i,
        {
          src: swap32(src),
          dst: swap32(dst),
          port_src: swap16(portSrc),
          port_dst: swap16(portDst),
        },
      ]),
    );
  }

  /** Sends, waits until all has come through or not, and says what it cost. */
  async send(router: Router, burst: Burst): Promise<Sent> {
    const { start, end, flags, direction, count: frames = end - start } = burst;
    const port = direction === 'out' ? router.inside : router.outside;
    const frame = ipFrame({ src: nowhere, dst: nowhere }, 6, segment(flags));
    frame.fill(0, IP_CHECKSUM, IP_CHECKSUM + 2);
    this.#state.set(0, {
      start,
      end,
      next: start,
      reverse: direction === 'out' ? 0 : 1,
      ip_sum: sumOf(frame.subarray(ETHERNET, ETHERNET + IP)),
      // RFC 9293 section 3.1: the pseudo header, of which the program adds the addresses.
      tcp_sum:
        sumOf(frame.subarray(ETHERNET + IP)) + swap16(6) + swap16(frame.length - ETHERNET - IP),
      macs: new Uint8Array(Buffer.concat([port.mac, NEIGHBOUR])),
      pad: 0,
      sent: 0n,
    });
    const before = this.#count();
    const ns = inNetworkOf(router.namespace, () => {
      const started = threadTime();
      sendFrames(this.#program, { frame, ifindex: port.ifindex, count: frames });
      return threadTime() - started;
    });
    const { sent } = this.#state.get(0) ?? {};
    if (sent !== BigInt(frames)) throw new Error(`${sent} of ${frames} frames were sent`);
    return { ns: ns / frames, frames, arrived: await this.#settled(before, frames) };
  }

  async #settled(before: number, frames: number): Promise<number> {
    const arrived = () => this.#count() - before;
    const atOnce = arrived();
    if (atOnce === frames) return atOnce;
    const deadline = performance.now() + (atOnce === 0 ? 0 : LATE_MS);
    while (arrived() < frames && performance.now() < deadline) await pause(2);
    this.late += arrived() - atOnce;
    return arrived();
  }

  #count(): number {
    return this.#arrived.getPerCpu(0).reduce((sum, count) => sum + count, 0);
  }
}

const ETHERNET = 14;
const IP = 20;
const IP_CHECKSUM = ETHERNET + 10;

/** Every sequence number is the connection's first: within the window, so state tables take it for a resend. */
function segment(flags: number): Buffer {
  const data = (flags & tcpFlags.syn) === 0;
  const tcp = tcpSegment({ from: 0, to: 0, flags, ...(data ? { payload: PAYLOAD } : {}) });
  tcp.writeUInt32BE(data ? 1 : 0, SEQUENCE);
  if ((flags & tcpFlags.ack) !== 0) tcp.writeUInt32BE(1, ACKNOWLEDGEMENT);
  tcp.writeUInt16BE(0xffff, WINDOW);
  return tcp;
}

const SEQUENCE = 4;
const ACKNOWLEDGEMENT = 8;
const WINDOW = 14;

/** Of 16-bit words as they lie in memory. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  }
  return sum;
}

function codec<
  T extends { size: number; encode(value: never): Buffer; decode(from: Buffer): unknown },
>(struct: T) {
  return struct as unknown as {
    size: number;
    encode(value: Parameters<T['encode']>[0]): Buffer;
    decode(from: Buffer): ReturnType<T['decode']>;
  };
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

function swap32(value: number): number {
  return ((swap16(value & 0xffff) << 16) | swap16(value >>> 16)) >>> 0;
}
