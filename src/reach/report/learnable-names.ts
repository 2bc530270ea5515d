import { type HostPattern, hostMatches, parseHostPattern } from '../../policy/index.ts';
import type { AgentRules, RuleSet } from '../../rules/index.ts';
import type { NameKnowledge } from './name-knowledge.ts';

type Admitted = HostPattern | 'any';

/**
 * A name is learned by the answer to a question that the rules admit: one under some allow pattern, or any at all for
 * an agent in audit. Where neither side of a change admits a question, flows with such a name are never seen.
 */
export function learnableNames(...ruleSets: readonly RuleSet[]): NameKnowledge['canLearn'] {
  const admitted = new Map<string, Set<Admitted>>();
  for (const { agents, guardrails } of ruleSets) {
    const ofGuardrails = new Map(guardrails.map(({ name, allow }) => [name, patternsOf(allow)]));
    for (const agent of agents) {
      const known = admitted.get(agent.name) ?? new Set<Admitted>();
      if (agent.mode === 'audit') known.add('any');
      for (const pattern of patternsOf(agent.allow)) known.add(pattern);
      for (const name of agent.guardrails) {
        for (const pattern of ofGuardrails.get(name) ?? []) known.add(pattern);
      }
      admitted.set(agent.name, known);
    }
  }
  return (agent, { include }) => {
    const known = [...(admitted.get(agent) ?? [])];
    return include.some((text) => {
      const asked = text === '**' ? 'any' : parseHostPattern(text);
      // What is no pattern of its own (a wildcard over a public suffix) is taken as one that may be learned.
      if (asked !== 'any' && typeof asked === 'string') return known.length > 0;
      return known.some((one) => one === 'any' || asked === 'any' || overlap(one, asked));
    });
  };
}

function patternsOf(clauses: AgentRules['allow']): Admitted[] {
  return clauses.flatMap(({ to }): Admitted[] => {
    if (to.kind === 'any') return ['any'];
    return to.kind === 'host' ? [to.host] : [];
  });
}

/** Whether some name lies in both; patterns are nested or disjoint. */
function overlap(one: HostPattern, other: HostPattern): boolean {
  if (one.match === 'exact') return hostMatches(other, one.suffix);
  if (other.match === 'exact') return hostMatches(one, other.suffix);
  if (one.suffix === other.suffix) return true;
  const [outer, inner] = one.suffix.length < other.suffix.length ? [one, other] : [other, one];
  return outer.match === 'many' && inner.suffix.endsWith(`.${outer.suffix}`);
}
