import { expect } from 'vitest';
import {
  type DnsRecord,
  dnsQuery,
  dnsResponse,
  questionPointer,
  wireName,
} from '../../gateway/judge/index.ts';
import { addressBytes } from '../../gateway/tables/index.ts';
import type { DataPlane } from './data-plane.ts';
import { from, ip, udp } from './packets.ts';

export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  HTTPS: 65,
  ANY: 255,
} as const;

const resolver = '10.8.0.53';

export interface Exchange {
  readonly agent?: string;
  readonly srcPort?: number;
  readonly id?: number;
  readonly resolver?: string;
}

/** The path of a question: the same for the same exchange. */
export function asking({
  agent = '10.8.1.5',
  srcPort = 30000,
  resolver: to = resolver,
}: Exchange = {}) {
  return from(agent, srcPort).to(to, 53);
}

/** A question's frame. */
export function query(name: string, type: number = types.A, exchange: Exchange = {}): Buffer {
  return udp(asking(exchange), dnsQuery({ id: exchange.id ?? 1, name, type }));
}

export interface Answering extends Exchange {
  readonly type?: number;
  readonly flags?: number;
}

/** An answer's frame, from the resolver. */
export function answer(
  name: string,
  records: readonly DnsRecord[],
  options: Answering = {},
): Buffer {
  const { id = 1, type = types.A, flags = 0x8180 } = options;
  return udp(backOf(options), dnsResponse({ id, name, type }, records, flags));
}

export function backOf(exchange: Exchange = {}) {
  const { src, dst, srcPort, dstPort } = asking(exchange);
  return { src: dst, dst: src, srcPort: dstPort, dstPort: srcPort };
}

/** An A or AAAA record, owned by the name asked for unless told otherwise. */
export function addressRecord(
  address: string,
  owner: Buffer | string = questionPointer,
  ttl = 300,
): DnsRecord {
  const bytes = addressBytes(ip(address));
  const isIpv4 = ip(address).family === 4;
  const data = isIpv4 ? bytes.subarray(12) : bytes;
  return { owner: asOwner(owner), type: isIpv4 ? types.A : types.AAAA, ttl, data };
}

export function cname(
  target: string | Buffer,
  owner: Buffer | string = questionPointer,
): DnsRecord {
  return { owner: asOwner(owner), type: types.CNAME, ttl: 300, data: asOwner(target) };
}

/** A compression pointer. */
export function pointer(offset: number): Buffer {
  return Buffer.from([0xc0 | (offset >> 8), offset & 0xff]);
}

/** The agent asks and is answered; both must pass. */
export function ask(plane: DataPlane, question: Buffer, reply: Buffer): void {
  expect(plane.fromAgent(question)).toMatchObject({ passed: true });
  expect(plane.toAgent(reply)).toMatchObject({ passed: true, reason: 'reply' });
}

function asOwner(owner: Buffer | string): Buffer {
  return typeof owner === 'string' ? wireName(owner) : owner;
}
