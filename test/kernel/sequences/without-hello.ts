import { type Address, type Cidr, cidrHolds, parseCidr } from '../../../src/policy/index.ts';
import type { Clause, Destination, RuleSet } from '../../../src/rules/index.ts';

/** Whether a destination holds an address that may be an agent's. */
export type Holds = (address: Address, owner: string | undefined) => boolean;

export interface RulesWithoutHello {
  readonly ruleSet: RuleSet;
  /** By the suffix of the host that stands in their place: destinations of clauses over TLS that are no hosts. */
  readonly places: ReadonlyMap<string, Holds>;
}

/**
 * The rules as a connection meets them that has shown no ClientHello. Flows are judged by the evaluator with one, which
 * at least names no server; here every allow over TLS asks for a server name, so that none matches, and the nearest is
 * the clause that a ClientHello would have made match.
 */
export function rulesWithoutHello(ruleSet: RuleSet): RulesWithoutHello {
  const places = new Map<string, Holds>();
  const asking = (clause: Clause): Clause => {
    if (clause.protocol !== 'tls' || clause.to.kind === 'host') return clause;
    const suffix = `place-${places.size}.invalid`;
    places.set(suffix, holdsOf(clause.to));
    return { ...clause, to: { kind: 'host', host: { match: 'exact', suffix } } };
  };
  const changed = <D extends { readonly allow: readonly Clause[] }>(document: D): D => ({
    ...document,
    allow: document.allow.map(asking),
  });
  return {
    places,
    ruleSet: {
      ...ruleSet,
      agents: ruleSet.agents.map(changed),
      guardrails: ruleSet.guardrails.map(changed),
    },
  };
}

function holdsOf(to: Destination): Holds {
  if (to.kind === 'agent') return (_, owner) => owner === to.agent;
  if (to.kind !== 'cidr') return () => true;
  const [block, holes] = [cidr(to.cidr), to.except.map(cidr)];
  return (address) => cidrHolds(block, address) && !holes.some((hole) => cidrHolds(hole, address));
}

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}
