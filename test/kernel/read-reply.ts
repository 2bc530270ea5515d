import { internetChecksum } from '../../gateway/judge/index.ts';
import { formatAddress } from '../../src/policy/index.ts';
import { ETHERNET, protocols } from './packets.ts';
import { address } from './read-frame.ts';

/** A packet as its receiver reads it, written apart from the data plane; every checksum has been found right. */
export interface ReadPacket {
  readonly family: 4 | 6;
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly macs: { readonly dst: string; readonly src: string };
  /** From behind the IP header to its end. */
  readonly payload: Buffer;
}

/** @throws for a packet that a host would not take */
export function readPacket(frame: Buffer): ReadPacket {
  const macs = { dst: frame.toString('hex', 0, 6), src: frame.toString('hex', 6, 12) };
  const packet = frame.subarray(ETHERNET);
  const read = frame.readUInt16BE(12) === 0x0800 ? readIpv4(packet) : readIpv6(packet);
  return { ...read, macs };
}

type Unframed = Omit<ReadPacket, 'macs'>;

function readIpv4(packet: Buffer): Unframed {
  if (packet[0] !== 0x45) throw new Error('not a plain IPv4 header');
  if (packet.readUInt16BE(2) !== packet.length) throw new Error('wrong IPv4 length');
  if (internetChecksum(packet.subarray(0, 20)) !== 0) throw new Error('wrong IPv4 checksum');
  const protocol = packet[9] ?? 0;
  const payload = packet.subarray(20);
  const ends = packet.subarray(12, 20);
  if (protocol === protocols.icmp) checkSum(payload, Buffer.alloc(0));
  else checkSum(payload, Buffer.concat([ends, trailer(protocol, payload.length)]));
  return { family: 4, ...endsOf(packet, 12, 4), protocol, payload };
}

function readIpv6(packet: Buffer): Unframed {
  if (packet[0] !== 0x60) throw new Error('not an IPv6 header');
  if (packet.readUInt16BE(4) + 40 !== packet.length) throw new Error('wrong IPv6 length');
  const protocol = packet[6] ?? 0;
  const payload = packet.subarray(40);
  checkSum(payload, Buffer.concat([packet.subarray(8, 40), trailer(protocol, payload.length)]));
  return { family: 6, ...endsOf(packet, 8, 16), protocol, payload };
}

function endsOf(packet: Buffer, at: number, size: 4 | 16): { src: string; dst: string } {
  const end = (offset: number) => formatAddress(address(packet, offset, size));
  return { src: end(at), dst: end(at + size) };
}

function trailer(protocol: number, length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(protocol, 0);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

function checkSum(payload: Buffer, pseudo: Buffer): void {
  const padding = Buffer.alloc(payload.length % 2);
  if (internetChecksum(Buffer.concat([pseudo, payload, padding])) !== 0) {
    throw new Error('wrong checksum');
  }
}

export interface ReadSegment {
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly length: number;
}

export function readSegment({ protocol, payload }: ReadPacket): ReadSegment {
  if (protocol !== protocols.tcp) throw new Error(`not TCP but ${protocol}`);
  return {
    from: payload.readUInt16BE(0),
    to: payload.readUInt16BE(2),
    seq: payload.readUInt32BE(4),
    ack: payload.readUInt32BE(8),
    flags: payload[13] ?? 0,
    length: payload.length,
  };
}

/** An ICMP error, and what it quotes of the packet that it is about. */
export function readError({ protocol, payload }: ReadPacket) {
  return { protocol, type: payload[0], code: payload[1], quoted: payload.subarray(8) };
}
