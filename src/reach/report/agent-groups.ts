import type { AgentReachDiff } from '../index.ts';
import { hasUsualRows } from './changed-rows.ts';
import type { NameKnowledge } from './name-knowledge.ts';

/** Agents for whom a change does the very same, as one edit of a guardrail does for many. */
export interface AgentGroup {
  /** By name. */
  readonly agents: readonly string[];
  readonly diff: AgentReachDiff;
}

const order = ['both', 'narrows', 'widens', 'equivalent'] as const;

/** What may break an agent first, then what opens it; what changes by rare coincidences or not at all comes last. */
export function agentGroups(agents: readonly AgentReachDiff[], names: NameKnowledge): AgentGroup[] {
  const groups = Map.groupBy(agents, ({ agent: _, ...diff }) => JSON.stringify(diff));
  return [...groups.values()]
    .flatMap((diffs) => {
      const [diff] = diffs;
      return diff ? [{ agents: diffs.map(({ agent }) => agent), diff }] : [];
    })
    .toSorted((a, b) => rank(a, names) - rank(b, names));
}

function rank(group: AgentGroup, names: NameKnowledge): number {
  return order.indexOf(group.diff.verdict) + (hasUsualRows(group, names) ? 0 : order.length);
}
