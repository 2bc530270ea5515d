import { type Cidr, cidrHolds, formatHostPattern } from '../../policy/index.ts';
import type { AgentRules, RuleSet } from '../../rules/index.ts';

import type { PeerTerms, Region } from '../index.ts';
import type { RuleKnowledge, StandingDenies } from './rule-knowledge.ts';
import { isEveryAddress } from './set-words.ts';
import { statedCidr } from './stated-cidr.ts';

/** Finds the hosts and networks that clauses deny to an agent before and after a change. */
export function standingDenies(before: RuleSet, after: RuleSet): RuleKnowledge['standingDenies'] {
  const [old, now] = [deniedTo(before), deniedTo(after)];
  return (agent) => {
    const [was, is] = [old.get(agent), now.get(agent)];
    return {
      hosts: kept(was?.hosts, is?.hosts),
      networks: [...kept(was?.networks, is?.networks)].map(statedCidr),
    };
  };
}

/** Of an agent that is new or gone there is one side only. */
function kept(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined) {
  const [was, is] = [one ?? other ?? new Set<string>(), other ?? one ?? new Set<string>()];
  return new Set([...was].filter((one) => is.has(one)));
}

interface Denied {
  readonly hosts: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

function deniedTo({ agents, guardrails }: RuleSet): Map<string, Denied> {
  const ofGuardrails = new Map(
    guardrails.map(({ name, mode, deny }) => [name, mode === 'enforce' ? deny : []]),
  );
  return new Map(
    agents.map(({ name, deny, guardrails: above }) => {
      const clauses = [...deny, ...above.flatMap((one) => ofGuardrails.get(one) ?? [])];
      return [name, { hosts: new Set(hostsOf(clauses)), networks: new Set(networksOf(clauses)) }];
    }),
  );
}

function hostsOf(clauses: AgentRules['deny']): string[] {
  return clauses.flatMap(({ to }) => (to.kind === 'host' ? [formatHostPattern(to.host)] : []));
}

function networksOf(clauses: AgentRules['deny']): string[] {
  return clauses.flatMap(({ to }) =>
    to.kind === 'cidr' && to.except.length === 0 ? [to.cidr] : [],
  );
}

/** The region without what goes without saying: that what stays denied is not in it. */
export function withoutStanding(region: Region, { hosts, networks }: StandingDenies): Region {
  const { names, sni, peer, ...rest } = region;
  const left = (patterns: readonly string[]) => patterns.filter((one) => !hosts.has(one));
  const none = names?.none && { ...names.none, include: left(names.none.include) };
  const isAnyBut = sni?.missing === true && sni.include.length === 1 && sni.include[0] === '**';
  const isNamed = (names?.some ?? []).length > 0;
  return {
    ...rest,
    ...(peer ? { peer: isNamed ? withoutNetworks(peer, networks) : peer } : {}),
    ...(names
      ? { names: { some: names.some, ...(none && none.include.length > 0 ? { none } : {}) } }
      : {}),
    ...(sni ? { sni: isAnyBut ? { ...sni, except: left(sni.except) } : sni } : {}),
  };
}

/** Of a host at any address, networks that are denied are beside the point. */
function withoutNetworks(peer: PeerTerms, networks: readonly Cidr[]): PeerTerms {
  const { addresses } = peer;
  if (!addresses || !isEveryAddress(addresses)) return peer;
  const except = addresses.except.filter(
    (text) => !networks.some((network) => cidrHolds(network, statedCidr(text))),
  );
  return { ...peer, addresses: { ...addresses, except } };
}
