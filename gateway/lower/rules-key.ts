import { createHash } from 'node:crypto';
import type { AgentRules, Destination, GuardrailRules } from '../../src/rules/index.ts';

/** Of rules, which never change once they are made. */
const known = new WeakMap<object, string>();

/** Equal for rules from which the same tables are made. */
export function rulesKey(
  { deny, allow, resolvers, dns }: AgentRules,
  guardrails: readonly GuardrailRules[],
  principals: readonly string[],
): string {
  const own = [keyOf(deny), keyOf(allow), resolvers, dns.maxNameLength ?? null];
  return digest([own, guardrails.map(keyOf), principals]);
}

/** As {@link rulesKey}, of what reaches an agent. */
export function ingressKey({ ingress }: AgentRules): string {
  return `ingress ${keyOf(ingress)}`;
}

/** Names of the agents among destinations, whose numbers the tables will hold. */
export function namedAgents(destinations: readonly Destination[]): readonly string[] {
  const names = destinations.flatMap((to) => (to.kind === 'agent' ? [to.agent] : []));
  return [...new Set(names)].sort();
}

function keyOf(rules: object): string {
  const found = known.get(rules);
  if (found !== undefined) return found;
  const key = digest(rules);
  known.set(rules, key);
  return key;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
