import type { Clause, IngressClause } from '../../rules/index.ts';
import { type Atoms, allTcp, dnsPorts, icmpEcho, portsOf } from '../atoms/index.ts';
import {
  type Box,
  hit,
  type IntSet,
  intersect,
  subtract,
  union,
  unknownAtom,
} from '../sets/index.ts';

/** What a clause does where it matches; what is not known fails in an allow and holds in a deny (rule D2). */
export type Role = 'allow' | 'deny' | 'ingress';

/** The side of the flow that a clause’s `to` or `from` means. */
export interface View {
  readonly axis: 'peer' | 'own';
  /** The agent on that side, by name; undefined: none. */
  readonly agent: string | undefined;
}

type Conditions = Pick<Clause, 'protocol' | 'ports' | 'during' | 'expires' | 'onBehalfOf'>;

const keys = new WeakMap<object, string>();

/** What a clause states that counts for decisions, without its id and without what is told or counted beside it. */
export function termsKey(clause: Clause | IngressClause, view: View): string {
  const peer = 'to' in clause ? clause.to : clause.from;
  // Which agent is meant is said by whether it is the one at hand.
  const suffix = peer.kind === 'agent' ? (peer.agent === view.agent ? ' here' : ' elsewhere') : '';
  const known = keys.get(clause);
  if (known !== undefined) return known + suffix;
  const { protocol, ports, during, expires } = clause;
  const principals = 'onBehalfOf' in clause ? clause.onBehalfOf : undefined;
  const window = during && [during.timezone, during.from, during.to, during.days];
  const to =
    peer.kind === 'cidr'
      ? [peer.cidr, peer.except]
      : peer.kind === 'host'
        ? [peer.host.match, peer.host.suffix]
        : peer.kind;
  const key = JSON.stringify([to, protocol, ports, window, expires, principals]);
  keys.set(clause, key);
  return key + suffix;
}

/** Clauses as boxes over the atoms of one question. */
export class Lowering {
  readonly atoms: Atoms;
  readonly #boxes = new Map<string, readonly Box[]>();

  constructor(atoms: Atoms) {
    this.atoms = atoms;
  }

  /** Points where every condition that the clause states holds (rule D1). */
  boxes(clause: Clause | IngressClause, role: Role, view: View): readonly Box[] {
    const key = `${role} ${view.axis} ${termsKey(clause, view)}`;
    const known = this.#boxes.get(key);
    if (known) return known;
    const boxes = this.#lower(clause, role, view).filter(
      ({ peer, own, traffic, time }) => peer.length * own.length * traffic.length * time.length > 0,
    );
    this.#boxes.set(key, boxes);
    return boxes;
  }

  /** Everything but where to. */
  conditions({ protocol, ports, during, expires, onBehalfOf }: Conditions, role: Role): Box {
    const { atoms } = this;
    const everything = atoms.everything;
    let time = everything.time;
    if (during) time = intersect(time, atoms.times.window(during));
    if (expires !== undefined) time = intersect(time, atoms.times.until(expires));
    const traffic = trafficOf(protocol, ports, role, everything.traffic);
    if (!onBehalfOf) return { ...everything, traffic, time };
    const listed = atoms.principalSet(onBehalfOf);
    const unknown = [unknownAtom, unknownAtom + 1];
    const principals = hit(role === 'deny' ? union(listed, unknown) : listed);
    return { ...everything, traffic, time, principals };
  }

  #lower(clause: Clause | IngressClause, role: Role, { axis, agent }: View): readonly Box[] {
    const base = this.conditions(clause, role);
    const peer = 'to' in clause ? clause.to : clause.from;
    switch (peer.kind) {
      case 'any':
        return [base];
      case 'agent':
        return peer.agent === agent ? [base] : [];
      case 'cidr':
        return [{ ...base, [axis]: this.atoms.addresses.block(peer.cidr, peer.except) }];
      case 'host':
        return axis === 'own'
          ? []
          : this.#host(base, clause.protocol, role, this.atoms.names.pattern(peer.host));
    }
  }

  /** A deny holds for a learned name or the server name; an allow by TLS name needs both (rule D3). */
  #host(base: Box, protocol: Clause['protocol'], role: Role, names: IntSet): readonly Box[] {
    const learned = { ...base, names: hit(names) };
    if (role === 'deny') {
      return [learned, { ...base, sni: names, traffic: intersect(base.traffic, allTcp) }];
    }
    return [protocol === 'tls' ? { ...learned, sni: names } : learned];
  }
}

function trafficOf(
  protocol: Clause['protocol'],
  ports: Clause['ports'],
  role: Role,
  everything: IntSet,
): IntSet {
  if (protocol === 'icmp') return icmpEcho;
  if (protocol !== 'any') return portsOf(protocol === 'udp' ? 'udp' : 'tcp', ports);
  return role === 'allow' ? subtract(everything, dnsPorts) : everything;
}
