import type { AgentRules, Clause, GuardrailRules } from '../../src/rules/index.ts';

/** Rules made by hand, of which a test states only what matters to it. */

export function clause(id: string, terms: Partial<Omit<Clause, 'id'>>): Clause {
  return { id, to: { kind: 'any' }, protocol: 'any', ports: [], ...terms };
}

export function agentRules(name: string, rules: Partial<Omit<AgentRules, 'name'>>): AgentRules {
  return {
    ...{ name, version: '1.0.0', labels: {}, mode: 'enforce', onDeny: 'drop', identity: {} },
    ...{ sources: [], selector: {}, gateways: {}, resolvers: [], dns: { onDeny: 'nxdomain' } },
    ...{ guardrails: ['builtin'], deny: [], allow: [], ingress: [] },
    ...rules,
  };
}

export function guardrailRules(
  name: string,
  rules: Partial<Omit<GuardrailRules, 'name'>>,
): GuardrailRules {
  return {
    ...{ name, version: '1.0.0', mode: 'enforce', resolvers: [], dns: {}, trusted: [] },
    ...{ deny: [], allow: [] },
    ...rules,
  };
}
