import type { Address, Cidr } from '../../policy/index.ts';
import type { Flow } from '../flow.ts';
import type { RuleSet } from '../rule-set.ts';
import { toCidr } from './parse-clause.ts';

/**
 * The address that a flow comes from: its own `src`, or else the first address of the agent's first source of the
 * destination's family. Undefined where the agent is unknown or has no address of that family.
 */
export function packetSource(ruleSet: RuleSet, { agent, src, dst }: Flow): Address | undefined {
  if (src) return src;
  const sources = ruleSet.agents.find(({ name }) => name === agent)?.sources ?? [];
  return firstAddress(sources.map(toCidr), dst.family);
}

export function firstAddress(sources: readonly Cidr[], family: 4 | 6): Address | undefined {
  const cidr = sources.find((source) => source.family === family);
  return cidr && { family, value: cidr.value };
}
