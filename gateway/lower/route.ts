import type { AgentRules, RouteRules, RuleSet } from '../../src/rules/index.ts';

/** A way out that some clause names. */
export interface LoweredRoute {
  /** The same text for the same way, whatever it is called. */
  readonly key: string;
  /** Null where the gateway group has none of that name: what would take it goes nowhere. */
  readonly rules: RouteRules | null;
}

/** @param group whose routes count; by default of the only one that there is */
export function routesOf(
  ruleSet: Pick<RuleSet, 'agents' | 'gatewayGroups'>,
  group?: string,
): LoweredRoute[] {
  const ways = waysOf(ruleSet, group);
  const named = ruleSet.agents
    .filter(({ remote }) => remote !== true)
    .flatMap(({ allow }) => allow.flatMap(({ via }) => (via === undefined ? [] : [via])));
  const lowered = named.map((name) => loweredRoute(ways, name));
  return [...new Map(lowered.map((route) => [route.key, route])).values()];
}

/** The agent's clauses with the key of their route in the place of its name. */
export function withRouteKeys(
  agent: AgentRules,
  ruleSet: Pick<RuleSet, 'gatewayGroups'>,
  group?: string,
): AgentRules {
  if (agent.allow.every(({ via }) => via === undefined)) return agent;
  const ways = waysOf(ruleSet, group);
  const allow = agent.allow.map((clause) =>
    clause.via === undefined ? clause : { ...clause, via: loweredRoute(ways, clause.via).key },
  );
  return { ...agent, allow };
}

type Ways = Readonly<Record<string, RouteRules>>;

function waysOf({ gatewayGroups }: Pick<RuleSet, 'gatewayGroups'>, group?: string): Ways {
  const own = gatewayGroups.find(({ name }) => name === group);
  const only = group === undefined && gatewayGroups.length === 1 ? gatewayGroups[0] : undefined;
  return (own ?? only)?.routes ?? {};
}

function loweredRoute(ways: Ways, name: string): LoweredRoute {
  const rules = Object.hasOwn(ways, name) ? ways[name] : undefined;
  if (!rules) return { key: `unknown ${name}`, rules: null };
  if ('mark' in rules) return { key: `mark ${rules.mark}`, rules };
  return { key: ['interface', rules.interface, rules.nextHop ?? ''].join(' ').trim(), rules };
}
