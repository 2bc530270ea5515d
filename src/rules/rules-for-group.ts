import { selectorMatches } from '../policy/index.ts';
import type { AgentRules, RuleSet } from './rule-set.ts';

/**
 * The rules of one gateway group. Agents that it does not carry are marked `remote`: there they send nothing, but have
 * their addresses and ingress, so that what the group's own agents may send to them is judged alike everywhere.
 *
 * A group that no GatewayGroup document describes has no labels: it carries the agents that ask for none.
 */
export function rulesForGroup(ruleSet: RuleSet, groupName: string): RuleSet {
  const group = ruleSet.gatewayGroups.find(({ name }) => name === groupName);
  // Without any such document there is one group, whatever it is called.
  if (!group && ruleSet.gatewayGroups.length === 0) return ruleSet;
  const labels = group?.labels ?? {};
  return {
    ...ruleSet,
    agents: ruleSet.agents.map((agent) =>
      selectorMatches(agent.gateways, { labels }) ? agent : toRemote(agent),
    ),
  };
}

function toRemote(agent: AgentRules): AgentRules {
  return { ...agent, remote: true };
}
