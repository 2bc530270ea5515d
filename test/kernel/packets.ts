import {
  echo,
  internetChecksum,
  ipFrame,
  tcpFlags,
  tcpSegment,
  udpDatagram,
} from '../../gateway/judge/index.ts';
import { type Address, parsePacketAddress } from '../../src/policy/index.ts';

export const ETHERNET = 14;
export const protocols = { icmp: 1, tcp: 6, udp: 17, fragment: 44, icmp6: 58 } as const;
export const segments = {
  syn: tcpFlags.syn,
  synAck: tcpFlags.syn | tcpFlags.ack,
  ack: tcpFlags.ack,
  data: tcpFlags.psh | tcpFlags.ack,
  fin: tcpFlags.fin | tcpFlags.ack,
  rst: tcpFlags.rst,
} as const;

export function ip(text: string): Address {
  const address = parsePacketAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
}

/** Where a packet comes from and goes to: `from('10.8.1.5', 40000).to('192.0.2.10', 443)`. */
export interface Path {
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
}

export function from(src: string, srcPort = 40000) {
  return { to: (dst: string, dstPort = 443): Path => ({ src, dst, srcPort, dstPort }) };
}

export function back({ src, dst, srcPort, dstPort }: Path): Path {
  return { src: dst, dst: src, srcPort: dstPort, dstPort: srcPort };
}

export function raw({ src, dst }: Path, protocol: number, payload: Buffer): Buffer {
  return ipFrame({ src: ip(src), dst: ip(dst) }, protocol, payload);
}

export function tcp(
  path: Path,
  flags: number = segments.syn,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const { srcPort, dstPort } = path;
  return raw(path, protocols.tcp, tcpSegment({ from: srcPort, to: dstPort, flags, payload }));
}

export function udp(path: Path, payload: Buffer = Buffer.from('hello')): Buffer {
  return raw(path, protocols.udp, udpDatagram(path.srcPort, path.dstPort, payload));
}

/** Echo; the identifier is the source port. */
export function ping(path: Path, reply = false, id = path.srcPort): Buffer {
  const { family } = ip(path.dst);
  return raw(path, family === 4 ? protocols.icmp : protocols.icmp6, echo(family, id, reply));
}

/** An ICMP error (destination unreachable unless told) about a frame. */
export function icmpError(path: Path, about: Buffer, type?: number): Buffer {
  const isIpv4 = ip(path.dst).family === 4;
  const header = Buffer.alloc(8);
  header[0] = type ?? (isIpv4 ? 3 : 1);
  const message = Buffer.concat([header, about.subarray(ETHERNET)]);
  return raw(path, isIpv4 ? protocols.icmp : protocols.icmp6, message);
}

/** An IPv6 extension header that carries options, padded to units of 8 octets. */
export interface Extension {
  readonly type: number;
  readonly units?: number;
}

export function extended(
  { src, dst }: Path,
  extensions: readonly Extension[],
  last: number,
  payload: Buffer,
): Buffer {
  const headers = extensions.map(({ units = 1 }, i) => {
    const header = Buffer.alloc(units * 8);
    header[0] = extensions[i + 1]?.type ?? last;
    header[1] = units - 1;
    return header;
  });
  const body = Buffer.concat([...headers, payload]);
  return ipFrame({ src: ip(src), dst: ip(dst) }, extensions[0]?.type ?? last, body);
}

/** The frame with some bytes changed, counted from the IP header; an IPv4 checksum is made right again. */
export function edited(frame: Buffer, changes: Readonly<Record<number, number>>): Buffer {
  const copy = Buffer.from(frame);
  for (const [at, byte] of Object.entries(changes)) copy[ETHERNET + Number(at)] = byte;
  return withChecksum(copy);
}

/** The frame with a right IPv4 header checksum, as far as there is a header. */
export function withChecksum(frame: Buffer): Buffer {
  const isIpv4 = frame.readUInt16BE(12) === 0x0800;
  if (!isIpv4 || frame.length < ETHERNET + 20) return frame;
  const copy = Buffer.from(frame);
  copy.writeUInt16BE(0, ETHERNET + 10);
  const length = Math.max(((copy[ETHERNET] ?? 0) & 15) * 4, 20);
  const header = Buffer.alloc(length);
  copy.copy(header, 0, ETHERNET);
  copy.writeUInt16BE(internetChecksum(header), ETHERNET + 10);
  return copy;
}

export function ethernet(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(ETHERNET);
  header.writeUInt16BE(type, 12);
  return Buffer.concat([header, payload]);
}
