import type { Address } from '../../src/policy/index.ts';
import { addressBytes } from '../tables/index.ts';

const ETHERTYPE = { 4: 0x0800, 6: 0x86dd } as const;
const ETHERNET_HEADER = 14;

export interface Endpoints {
  readonly src: Address;
  readonly dst: Address;
}

/** An Ethernet frame around one IP packet. Mapped or mixed addresses make an IPv6 packet, as they would on the wire. */
export function ipFrame({ src, dst }: Endpoints, protocol: number, payload: Buffer): Buffer {
  const family = src.family === 4 && dst.family === 4 ? 4 : 6;
  const header =
    family === 4
      ? ipv4Header(src, dst, protocol, payload)
      : ipv6Header(src, dst, protocol, payload);
  const ethernet = Buffer.alloc(ETHERNET_HEADER);
  ethernet.writeUInt16BE(ETHERTYPE[family], 12);
  return Buffer.concat([ethernet, header, payload]);
}

function ipv4Header(src: Address, dst: Address, protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header[8] = 64;
  header[9] = protocol;
  header.writeUInt32BE(Number(src.value), 12);
  header.writeUInt32BE(Number(dst.value), 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return header;
}

function ipv6Header(src: Address, dst: Address, protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = 64;
  addressBytes(src).copy(header, 8);
  addressBytes(dst).copy(header, 24);
  return header;
}

/** RFC 1071. */
export function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpSegment {
  readonly from: number;
  readonly to: number;
  /** Sum of {@link tcpFlags}; default SYN. */
  readonly flags?: number;
  readonly payload?: Buffer;
  /** Sequence and acknowledgement numbers; default 0. */
  readonly seq?: number;
  readonly ack?: number;
}

export function tcpSegment(segment: TcpSegment): Buffer {
  const { from, to, flags = tcpFlags.syn, payload, seq = 0, ack = 0 } = segment;
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt32BE(seq >>> 0, 4);
  header.writeUInt32BE(ack >>> 0, 8);
  header[12] = 0x50;
  header[13] = flags;
  return payload ? Buffer.concat([header, payload]) : header;
}

export function udpDatagram(from: number, to: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** An echo request, or with `reply` its answer. */
export function echo(family: 4 | 6, id: number, reply = false): Buffer {
  const message = Buffer.alloc(16);
  message[0] = family === 4 ? (reply ? 0 : 8) : reply ? 129 : 128;
  message.writeUInt16BE(id, 4);
  return message;
}
