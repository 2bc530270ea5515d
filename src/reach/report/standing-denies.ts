import { formatHostPattern } from '../../policy/index.ts';
import type { AgentRules, RuleSet } from '../../rules/index.ts';
import type { Region } from '../index.ts';
import type { NameKnowledge } from './name-knowledge.ts';

/** Finds the hosts that clauses deny to an agent before and after a change, as patterns. */
export function standingDenies(before: RuleSet, after: RuleSet): NameKnowledge['standingDenies'] {
  const [old, now] = [deniedHosts(before), deniedHosts(after)];
  return (agent) => {
    const kept = now.get(agent) ?? new Set();
    return new Set([...(old.get(agent) ?? [])].filter((pattern) => kept.has(pattern)));
  };
}

function deniedHosts({ agents, guardrails }: RuleSet): Map<string, ReadonlySet<string>> {
  const ofGuardrails = new Map(
    guardrails.map(({ name, mode, deny }) => [name, mode === 'enforce' ? hostsOf(deny) : []]),
  );
  return new Map(
    agents.map(({ name, deny, guardrails: above }) => [
      name,
      new Set([...hostsOf(deny), ...above.flatMap((one) => ofGuardrails.get(one) ?? [])]),
    ]),
  );
}

function hostsOf(clauses: AgentRules['deny']): string[] {
  return clauses.flatMap(({ to }) => (to.kind === 'host' ? [formatHostPattern(to.host)] : []));
}

/** The region without what goes without saying: that names which stay denied are not in it. */
export function withoutStanding(region: Region, standing: ReadonlySet<string>): Region {
  const { names, sni, ...rest } = region;
  const left = (patterns: readonly string[]) => patterns.filter((one) => !standing.has(one));
  const none = names?.none && { ...names.none, include: left(names.none.include) };
  const isAnyBut = sni?.missing === true && sni.include.length === 1 && sni.include[0] === '**';
  return {
    ...rest,
    ...(names
      ? { names: { some: names.some, ...(none && none.include.length > 0 ? { none } : {}) } }
      : {}),
    ...(sni ? { sni: isAnyBut ? { ...sni, except: left(sni.except) } : sni } : {}),
  };
}
