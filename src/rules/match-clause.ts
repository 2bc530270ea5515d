import { type Cidr, cidrHolds, type HostPattern, hostMatches, parseCidr } from '../policy/index.ts';
import { isDnsPort, type Packet } from './packet.ts';
import type { Clause, Destination } from './rule-set.ts';

/** A clause with its CIDRs parsed once. */
export interface ParsedClause extends Omit<Clause, 'to'> {
  readonly to: ParsedDestination;
}

type ParsedDestination =
  | { readonly kind: 'any' }
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  | { readonly kind: 'host'; readonly host: HostPattern }
  | { readonly kind: 'agent'; readonly agent: string };

export function parseClause(clause: Clause): ParsedClause {
  return { ...clause, to: parseDestination(clause.to) };
}

function parseDestination(to: Destination): ParsedDestination {
  return to.kind === 'cidr'
    ? { kind: 'cidr', cidr: toCidr(to.cidr), except: to.except.map(toCidr) }
    : to;
}

/** @throws {TypeError} if the text is no CIDR: not a RuleSet that compile or parseRuleSet returned. */
export function toCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') throw new TypeError(`${text} is no CIDR`);
  return cidr;
}

/** A clause matches when every condition that it states holds (rule D1). */
export function denyMatches(clause: ParsedClause, packet: Packet): boolean {
  return (
    destinationMatches(clause.to, packet) &&
    (clause.protocol === 'any' || clause.protocol === packet.protocol) &&
    portMatches(clause, packet)
  );
}

/** As a deny, but DNS needs a clause that names its port (rule D10). */
export function allowMatches(clause: ParsedClause, packet: Packet): boolean {
  return denyMatches(clause, packet) && !(clause.protocol === 'any' && isDnsPort(packet));
}

function destinationMatches(to: ParsedDestination, { address, names }: Packet): boolean {
  switch (to.kind) {
    case 'any':
      return true;
    case 'agent':
      return false;
    case 'host':
      return names.some((name) => hostMatches(to.host, name));
    case 'cidr':
      return (
        address !== undefined &&
        cidrHolds(to.cidr, address) &&
        !to.except.some((hole) => cidrHolds(hole, address))
      );
  }
}

function portMatches({ ports }: ParsedClause, { port }: Packet): boolean {
  if (ports.length === 0) return true;
  return port !== undefined && ports.some(([low, high]) => low <= port && port <= high);
}
