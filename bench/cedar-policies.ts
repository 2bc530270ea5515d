import type { PortRange } from '../src/policy/index.ts';
import type { AgentRules, Clause, GuardrailRules, RuleSet } from '../src/rules/index.ts';

/**
 * The rules without what Cedar cannot say as such: windows on the clock of a time zone, last days, and destinations that
 * are another agent's addresses. Budgets stay: none is spent. Agents have no ingress: flows go to nobody's addresses.
 */
export function expressible(ruleSet: RuleSet): RuleSet {
  const can = ({ to, during, expires }: Clause) => to.kind !== 'agent' && !during && !expires;
  const trim = <D extends AgentRules | GuardrailRules>(document: D): D => ({
    ...document,
    allow: document.allow.filter(can),
    deny: document.deny.filter(can),
  });
  return {
    ...ruleSet,
    agents: ruleSet.agents.map(trim),
    guardrails: ruleSet.guardrails.map(trim),
  };
}

/** Cedar policies of one agent, by clause; what stands above it is in {@link guardrailPolicies}. */
export function agentPolicies({ name, deny, allow }: AgentRules): Record<string, string> {
  return policiesOf(`principal == Agent::${quoted(name)}`, { deny, allow });
}

/** Cedar policies of a guardrail, for the agents that are in its group; see {@link parentsOf}. */
export function guardrailPolicies({ name, deny, allow }: GuardrailRules): Record<string, string> {
  return policiesOf(`principal in Guardrail::${quoted(name)}`, { deny, allow });
}

/** The groups of an agent: the guardrails above it. */
export function parentsOf({ guardrails }: AgentRules): { type: string; id: string }[] {
  return guardrails.map((id) => ({ type: 'Guardrail', id }));
}

function policiesOf(scope: string, { deny, allow }: Pick<AgentRules, 'deny' | 'allow'>) {
  const policy = (effect: string, clause: Clause) =>
    `${effect} (${scope}, action, resource) when { ${conditionsOf(clause).join(' && ')} };`;
  return Object.fromEntries([
    ...deny.map((clause) => [clause.id, policy('forbid', clause)] as const),
    ...allow.map((clause) => [clause.id, policy('permit', clause)] as const),
  ]);
}

function conditionsOf(clause: Clause): string[] {
  const { protocol, ports, onBehalfOf } = clause;
  const wanted = protocol === 'tls' ? 'tcp' : protocol;
  const principals = onBehalfOf?.map(quoted).join(', ');
  return [
    ...(wanted === 'any' ? [] : [`context.protocol == ${quoted(wanted)}`]),
    ...(ports.length === 0 ? [] : [portsCondition(ports)]),
    ...destinationConditions(clause),
    ...(principals ? [`context.onBehalfOf.containsAny([${principals}])`] : []),
    ...(wanted === 'any' && clause.to.kind === 'any' ? ['true'] : []),
  ];
}

function portsCondition(ports: readonly PortRange[]): string {
  const single = ports.filter(([low, high]) => low === high).map(([low]) => low);
  const ranges = ports.filter(([low, high]) => low !== high);
  const parts = [
    ...(single.length > 0 ? [`[${single.join(', ')}].contains(context.port)`] : []),
    ...ranges.map(([low, high]) => `(context.port >= ${low} && context.port <= ${high})`),
  ];
  return `(${parts.join(' || ')})`;
}

function destinationConditions({ to }: Clause): string[] {
  switch (to.kind) {
    case 'any':
    case 'agent':
      return [];
    case 'cidr':
      return [
        `context.ip.isInRange(ip(${quoted(to.cidr)}))`,
        ...to.except.map((hole) => `!context.ip.isInRange(ip(${quoted(hole)}))`),
      ];
    case 'host': {
      const { match, suffix } = to.host;
      if (match === 'exact') return [`context.name == ${quoted(suffix)}`];
      const below = `context.name like ${quoted(`*.${suffix}`)}`;
      const deeper = `!(context.name like ${quoted(`*.*.${suffix}`)})`;
      return match === 'many' ? [below] : [below, deeper];
    }
  }
}

/** As a Cedar string; what it is used for holds nothing that needs more. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
