import { type Address, type Cidr, cidrHolds, cidrsOverlap } from '../../policy/index.ts';
import { type RuleSet, specialUse, unwrapNat64 } from '../../rules/index.ts';

import type { RuleKnowledge } from './rule-knowledge.ts';
import { statedCidr } from './stated-cidr.ts';

interface Known {
  /** Undefined for an agent whose workloads register: they may have any address. */
  readonly sources: readonly Cidr[] | undefined;
  readonly trusted: readonly Cidr[];
}

const special = specialUse.map(statedCidr);

/** NAT64 addresses are judged as the IPv4 address inside. */
export function isSpecialUse(address: Address): boolean {
  return special.some((cidr) => cidrHolds(cidr, unwrapNat64(address)));
}

/** Special-use addresses stand for a name only where an enforcing guardrail of the agent trusts them (rule N1). */
export function learnableAddresses(...ruleSets: readonly RuleSet[]): RuleKnowledge['canLearnAt'] {
  const agents = new Map<string, Known>();
  for (const { agents: all, guardrails } of ruleSets) {
    const trusted = new Map(
      guardrails.map(({ name, mode, trusted: cidrs }) => [name, mode === 'enforce' ? cidrs : []]),
    );
    for (const { name, sources, selector, guardrails: above } of all) {
      const known = agents.get(name) ?? { sources: [], trusted: [] };
      const registers = Object.keys(selector).length > 0 || known.sources === undefined;
      agents.set(name, {
        sources: registers ? undefined : [...(known.sources ?? []), ...sources.map(statedCidr)],
        trusted: [
          ...known.trusted,
          ...above.flatMap((one) => trusted.get(one) ?? []).map(statedCidr),
        ],
      });
    }
  }
  const canBeLearned = (agent: string) => {
    const { trusted = [] } = agents.get(agent) ?? {};
    return (cidr: Cidr) =>
      trusted.some((one) => cidrsOverlap(one, cidr)) ||
      !special.some((one) => cidrHolds(one, cidr));
  };
  return (agent, { addresses, agent: kept, moved }) => {
    const owner = kept ?? moved?.before ?? moved?.after ?? undefined;
    const cidrs = addresses
      ? addresses.include.map(statedCidr)
      : owner === undefined
        ? undefined
        : agents.get(owner)?.sources;
    return cidrs === undefined || cidrs.some(canBeLearned(agent));
  };
}
