import { type AddressRanges, addressRanges } from '../address-ranges.ts';
import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { canLeave } from './can-leave.ts';
import { type Demands, demandsOf, missingFrom, union } from './demands.ts';
import type { Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';
import { guardrailsAbove } from './guardrails-above.ts';
import { RequirementBreaches } from './requirement-breaches.ts';

/**
 * What guardrails require of the agents below them that handle certain data (rule K11): each allow clause, the agent's
 * or a guardrail's, that can leave the trusted blocks is encrypted, and its destination may receive the data. Judged
 * with endpoints filled in. What a guardrail in audit requires is a warning.
 */
export function checkRequirements({ agents, guardrails }: Entries, findings: Findings): void {
  if (!guardrails.some(({ document }) => document.require.length > 0)) return;
  const breaches = new RequirementBreaches();
  const byName = new Map(agents.map(({ document }) => [document.metadata.name, document]));
  const aboveOf = guardrailsAbove(guardrails);
  for (const [above, below] of Map.groupBy(agents, ({ document }) => aboveOf(document))) {
    const enforcing = above.filter(({ document }) => document.mode === 'enforce');
    const trusted = addressRanges(enforcing.flatMap(({ document }) => document.trusted));
    for (const alike of sameData(below)) {
      const policies = [
        ...alike.map((agent) => ({ policy: agent, agents: [agent] as const })),
        // The same for all of them, so judged once.
        ...enforcing.map((guardrail) => ({ policy: guardrail, agents: alike })),
      ];
      for (const requirers of requirersOf(above, alike[0].document, { enforcing, trusted })) {
        for (const policy of policies) judge(policy, requirers, byName, breaches);
      }
    }
  }
  breaches.report(findings);
}

type Alike = readonly [Entry<AgentPolicy>, ...Entry<AgentPolicy>[]];

/** Agents by the data that they handle. */
function sameData(agents: readonly Entry<AgentPolicy>[]): Alike[] {
  const groups = Map.groupBy(agents, ({ document }) => JSON.stringify(document.data.toSorted()));
  return [...groups.values()] as unknown as Alike[];
}

function judge(
  { policy, agents }: { policy: Entry<AgentPolicy | Guardrail>; agents: Alike },
  { trusted, members, demands }: Requirers,
  byName: ReadonlyMap<string, AgentPolicy>,
  breaches: RequirementBreaches,
): void {
  for (const clause of policy.document.allow) {
    if (!missingFrom(clause, demands) || !canLeave(clause, trusted, byName)) continue;
    for (const { guardrail, demands: its } of members) {
      const missing = missingFrom(clause, its);
      if (missing) breaches.add({ agents, by: guardrail, policy, clause, missing });
    }
  }
}

/** Guardrails that require something of an agent and trust the same addresses. */
interface Requirers {
  readonly trusted: AddressRanges;
  readonly members: readonly { readonly guardrail: Entry<Guardrail>; readonly demands: Demands }[];
  /** Of all of them. */
  readonly demands: Demands;
}

function requirersOf(
  above: readonly Entry<Guardrail>[],
  agent: AgentPolicy,
  { enforcing, trusted }: { enforcing: readonly Entry<Guardrail>[]; trusted: AddressRanges },
): Requirers[] {
  const members = above.flatMap((guardrail) => {
    const demands = demandsOf(guardrail.document, agent);
    return demands ? [{ guardrail, demands }] : [];
  });
  const groups = Map.groupBy(members, ({ guardrail: { document } }) =>
    // What a guardrail in audit trusts counts for itself alone.
    document.mode === 'enforce' || document.trusted.length === 0 ? 'shared' : document,
  );
  return [...groups].map(([own, group]) => ({
    members: group,
    demands: union(group.map(({ demands }) => demands)),
    trusted:
      own === 'shared'
        ? trusted
        : addressRanges([...enforcing.flatMap(({ document }) => document.trusted), ...own.trusted]),
  }));
}
