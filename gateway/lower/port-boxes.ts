import type { PortRange } from '../../src/policy/index.ts';
import type { Clause } from '../../src/rules/index.ts';
import { constants } from '../layout/index.ts';

const { PROTO_TCP, PROTO_UDP, PROTO_ICMP } = constants;
const protocolBits = [PROTO_TCP, PROTO_UDP, PROTO_ICMP] as const;
const bitOf = { tcp: PROTO_TCP, tls: PROTO_TCP, udp: PROTO_UDP } as const;

/** A set of protocols and one range of ports, inclusive; echo (which has no port) is judged as port 0. */
export interface PortBox {
  readonly protocols: number;
  readonly low: number;
  readonly high: number;
}

const everything = { low: 0, high: 65535 };

/** What a clause covers, as boxes: an allow of any protocol leaves the DNS ports out (rule D10). */
export function portBoxes(clause: Pick<Clause, 'protocol' | 'ports'>, isAllow: boolean): PortBox[] {
  if (clause.protocol === 'icmp') return [{ protocols: PROTO_ICMP, ...everything }];
  if (clause.protocol !== 'any') {
    const protocols = bitOf[clause.protocol];
    return clause.ports.map(([low, high]) => ({ protocols, low, high }));
  }
  if (!isAllow) return [{ protocols: PROTO_TCP | PROTO_UDP | PROTO_ICMP, ...everything }];
  const ports = PROTO_TCP | PROTO_UDP;
  return [
    { protocols: ports | PROTO_ICMP, low: 0, high: 52 },
    { protocols: ports, low: 54, high: 852 },
    { protocols: ports, low: 854, high: 65535 },
  ];
}

/** `boxes` without what `holes` cover. */
export function subtractBoxes(boxes: readonly PortBox[], holes: readonly PortBox[]): PortBox[] {
  if (holes.length === 0) return [...boxes];
  return boxes.flatMap((box) =>
    protocolBits
      .filter((bit) => box.protocols & bit)
      .flatMap((bit) => {
        const cut = holes.filter((hole) => hole.protocols & bit);
        return cut
          .reduce<PortRange[]>(
            (ranges, hole) => ranges.flatMap((r) => without(r, hole)),
            [[box.low, box.high]],
          )
          .map(([low, high]) => ({ protocols: bit, low, high }));
      }),
  );
}

function without([low, high]: PortRange, hole: PortBox): PortRange[] {
  if (hole.high < low || hole.low > high) return [[low, high]];
  const left: PortRange[] = hole.low > low ? [[low, hole.low - 1]] : [];
  return hole.high < high ? [...left, [hole.high + 1, high]] : left;
}

export function boxHolds(outer: PortBox, inner: PortBox): boolean {
  return (
    (outer.protocols & inner.protocols) === inner.protocols &&
    outer.low <= inner.low &&
    outer.high >= inner.high
  );
}
