import type { PortRange } from '../../policy/index.ts';
import { type IntSet, interval, setOf } from '../sets/index.ts';

/** TCP port p is the integer p, UDP port p follows at an offset, ICMP echo is one more. */
const udpOffset = 0x10000;
const icmpAt = 0x20000;

export const allTcp = interval(1, 0x10000);
export const allUdp = interval(udpOffset + 1, udpOffset + 0x10000);
export const icmpEcho = interval(icmpAt, icmpAt + 1);
export const allTraffic: IntSet = [...allTcp, ...allUdp, ...icmpEcho];
/** Of DNS, and DNS over TLS, QUIC or DTLS: only an allow that names the port opens them (rule D10). */
export const dnsPorts = both([53, 853]);

export function portsOf(protocol: 'tcp' | 'udp', ports: readonly PortRange[]): IntSet {
  const offset = protocol === 'udp' ? udpOffset : 0;
  return setOf(ports.map(([low, high]) => [offset + low, offset + high + 1] as const));
}

/** Ports of both protocols. */
export function both(ports: readonly number[]): IntSet {
  const single = (port: number): PortRange => [port, port];
  return [...portsOf('tcp', ports.map(single)), ...portsOf('udp', ports.map(single))];
}

/** Inclusive. */
export function rangesOf(protocol: 'tcp' | 'udp', traffic: IntSet): PortRange[] {
  const offset = protocol === 'udp' ? udpOffset : 0;
  const ranges: PortRange[] = [];
  for (let i = 0; i < traffic.length; i += 2) {
    const low = Math.max((traffic[i] as number) - offset, 1);
    const high = Math.min((traffic[i + 1] as number) - offset - 1, 0xffff);
    if (low <= high) ranges.push([low, high]);
  }
  return ranges;
}
