import type { AgentReachDiff } from '../index.ts';
import { hasUsualRows } from './changed-rows.ts';
import type { CanLearn } from './learnable-names.ts';

/** Agents for whom a change does the very same, as one edit of a guardrail does for many. */
export interface AgentGroup {
  /** By name. */
  readonly agents: readonly string[];
  readonly diff: AgentReachDiff;
}

const order = ['both', 'narrows', 'widens', 'equivalent'] as const;

/** What may break an agent first, then what opens it; what changes by rare coincidences or not at all comes last. */
export function agentGroups(agents: readonly AgentReachDiff[], canLearn: CanLearn): AgentGroup[] {
  const groups = Map.groupBy(agents, ({ agent: _, ...diff }) => JSON.stringify(diff));
  return [...groups.values()]
    .flatMap((diffs) => {
      const [diff] = diffs;
      return diff ? [{ agents: diffs.map(({ agent }) => agent), diff }] : [];
    })
    .toSorted((a, b) => rank(a, canLearn) - rank(b, canLearn));
}

function rank(group: AgentGroup, canLearn: CanLearn): number {
  return order.indexOf(group.diff.verdict) + (hasUsualRows(group, canLearn) ? 0 : order.length);
}
