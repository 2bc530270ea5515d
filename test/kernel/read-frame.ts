import type { Address } from '../../src/policy/index.ts';
import type { Flow } from '../../src/rules/index.ts';
import { ETHERNET, protocols } from './packets.ts';

type Transport = Pick<Flow, 'protocol' | 'port'>;

/**
 * A frame as the host that gets it would read it, written apart from the data plane. `neighbours` is what the link
 * needs; undefined is what no host makes a flow of.
 */
export function readFrame(frame: Buffer): Flow | 'neighbours' | undefined {
  const packet = frame.subarray(ETHERNET);
  switch (frame.readUInt16BE(12)) {
    case 0x0806:
      return 'neighbours';
    case 0x0800:
      return readIpv4(packet);
    case 0x86dd:
      return readIpv6(packet);
    default:
      return undefined;
  }
}

function readIpv4(packet: Buffer): Flow | undefined {
  const header = ((packet[0] ?? 0) & 15) * 4;
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
  if ((packet[0] ?? 0) >> 4 !== 4 || header < 20 || isFragment) return undefined;
  const addresses = { src: address(packet, 12, 4), dst: address(packet, 16, 4) };
  const transport = readTransport(
    packet[9] ?? 0,
    packet.subarray(header, packet.readUInt16BE(2)),
    8,
  );
  return transport && { ...addresses, ...transport };
}

function readIpv6(packet: Buffer): Flow | 'neighbours' | undefined {
  if ((packet[0] ?? 0) >> 4 !== 6) return undefined;
  const addresses = { src: address(packet, 8, 16), dst: address(packet, 24, 16) };
  let rest = packet.subarray(40, 40 + packet.readUInt16BE(4));
  let next = packet[6] ?? 0;
  while (next === 0 || next === 60) {
    const length = ((rest[1] ?? 0) + 1) * 8;
    next = rest[0] ?? 0;
    rest = rest.subarray(length);
  }
  const type = rest[0] ?? 0;
  if (next === protocols.icmp6 && packet[7] === 255 && [133, 135, 136].includes(type)) {
    return 'neighbours';
  }
  if (next === protocols.icmp) return undefined;
  const transport = readTransport(next === protocols.icmp6 ? protocols.icmp : next, rest, 128);
  return transport && { ...addresses, ...transport };
}

function readTransport(protocol: number, rest: Buffer, echoRequest: number): Transport | undefined {
  if (protocol === protocols.icmp)
    return rest[0] === echoRequest ? { protocol: 'icmp' } : undefined;
  if (rest.length < 8) return undefined;
  const port = rest.readUInt16BE(2);
  if (protocol === protocols.tcp) return { protocol: 'tcp', port };
  return protocol === protocols.udp ? { protocol: 'udp', port } : undefined;
}

export function address(packet: Buffer, at: number, size: 4 | 16): Address {
  const value = BigInt(`0x${packet.toString('hex', at, at + size)}`);
  return { family: size === 4 ? 4 : 6, value };
}
