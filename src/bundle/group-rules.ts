import { type RuleSet, rulesForGroup } from '../rules/index.ts';

export interface GroupRules {
  /** What is signed for the gateways of the group. */
  readonly ruleSet: RuleSet;
  /** That the policies do not know the group, where they name others; else undefined. */
  readonly warning: string | undefined;
}

/** The rules of one gateway group. A name that the policies do not know is no error: it may be there first. */
export function groupRules(ruleSet: RuleSet, group: string): GroupRules {
  const { gatewayGroups } = ruleSet;
  const isKnown = gatewayGroups.length === 0 || gatewayGroups.some(({ name }) => name === group);
  const warning = isKnown
    ? undefined
    : `no GatewayGroup document is called ${group}: it carries only the agents that name no gateways. Known are ${gatewayGroups.map(({ name }) => name).join(', ')}.`;
  return { ruleSet: rulesForGroup(ruleSet, group), warning };
}

/** Groups in the order in which they get new rules: lower stages first; one that no document knows is of stage 0. */
export function inStages(groups: readonly string[], { gatewayGroups }: RuleSet): string[] {
  const stages = new Map(gatewayGroups.map(({ name, stage }) => [name, stage]));
  const stageOf = (group: string) => stages.get(group) ?? 0;
  return groups.toSorted((a, b) => stageOf(a) - stageOf(b));
}
