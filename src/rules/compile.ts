import {
  type Address,
  type AgentPolicy,
  compareBytes,
  compareCidrs,
  formatAddress,
  formatCidr,
  type GatewayGroup,
  type Guardrail,
  hostCidr,
  type PolicySet,
  type Route,
  selectorMatches,
} from '../policy/index.ts';
import { builtinGuardrail, builtinName } from './builtin-guardrail.ts';
import { canonicalCidrs } from './canonical-cidrs.ts';
import { compileClause, compileIngressClause } from './compile-clause.ts';
import type {
  AgentRules,
  GatewayGroupRules,
  GuardrailRules,
  RouteRules,
  RuleSet,
} from './rule-set.ts';

/**
 * Compiles a valid PolicySet: normalised, self-contained, and the same whatever the order of files, ports, exceptions
 * and labels. The order of clauses is kept, because it decides (rule D1). Adds the built-in guardrail (rule D7).
 */
export function compile(policySet: PolicySet): RuleSet {
  return {
    format: 2,
    agents: policySet.agents
      .map((agent) => compileAgent(agent, policySet.guardrails))
      .toSorted(byName),
    guardrails: [builtinGuardrail, ...policySet.guardrails.map(compileGuardrail)].toSorted(byName),
    gatewayGroups: policySet.gatewayGroups.map(compileGatewayGroup).toSorted(byName),
  };
}

function compileAgent(agent: AgentPolicy, guardrails: readonly Guardrail[]): AgentRules {
  const { name, version, owner, labels } = agent.metadata;
  const scope = { document: `AgentPolicy/${name}`, windows: agent.windows, budgets: agent.budgets };
  return {
    name,
    version,
    ...(owner === undefined ? {} : { owner }),
    labels: sortedByKey(labels),
    mode: agent.mode,
    onDeny: agent.onDeny,
    identity: sortedByKey(agent.identity),
    sources: canonicalCidrs(agent.workloads.cidrs).map(formatCidr),
    selector: sortedByKey(agent.workloads.selector),
    gateways: sortedByKey(agent.gateways),
    resolvers: canonicalAddresses(agent.resolvers),
    dns: agent.dns,
    guardrails: [
      builtinName,
      ...guardrails
        .filter(({ selector }) => selectorMatches(selector, agent.metadata))
        .map((g) => g.metadata.name),
    ].toSorted(compareBytes),
    deny: agent.deny.map((clause) => compileClause(scope, clause)),
    allow: agent.allow.map((clause) => compileClause(scope, clause)),
    ingress: agent.ingress.map((clause) => compileIngressClause(scope, clause)),
  };
}

function compileGuardrail(guardrail: Guardrail): GuardrailRules {
  const { name, version } = guardrail.metadata;
  const scope = { document: `Guardrail/${name}`, windows: guardrail.windows, budgets: {} };
  return {
    name,
    version,
    mode: guardrail.mode,
    resolvers: canonicalAddresses(guardrail.resolvers),
    dns: guardrail.dns,
    trusted: canonicalCidrs(guardrail.trusted).map(formatCidr),
    deny: guardrail.deny.map((clause) => compileClause(scope, clause)),
    allow: guardrail.allow.map((clause) => compileClause(scope, clause)),
  };
}

function compileGatewayGroup({ metadata, routes, stage }: GatewayGroup): GatewayGroupRules {
  const { name, version, labels } = metadata;
  const compiled = Object.entries(routes).map(
    ([key, route]) => [key, compileRoute(route)] as const,
  );
  return {
    name,
    version,
    labels: sortedByKey(labels),
    routes: Object.fromEntries(compiled.toSorted(([a], [b]) => compareBytes(a, b))),
    stage,
  };
}

function compileRoute(route: Route): RouteRules {
  if ('mark' in route) return { mark: route.mark };
  const { interface: link, nextHop } = route;
  return nextHop ? { interface: link, nextHop: formatAddress(nextHop) } : { interface: link };
}

function canonicalAddresses(addresses: readonly Address[]): string[] {
  const texts = addresses.map(hostCidr).toSorted(compareCidrs).map(formatAddress);
  return [...new Set(texts)];
}

function sortedByKey(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareBytes(a, b)));
}

function byName(a: { name: string }, b: { name: string }): number {
  return compareBytes(a.name, b.name);
}
