import {
  type Address,
  type AgentPolicy,
  compareBytes,
  compareCidrs,
  formatAddress,
  formatCidr,
  type Guardrail,
  hostCidr,
  type PolicySet,
  selectorMatches,
} from '../policy/index.ts';
import { builtinGuardrail, builtinName } from './builtin-guardrail.ts';
import { canonicalCidrs } from './canonical-cidrs.ts';
import { compileClause } from './compile-clause.ts';
import type { AgentRules, GuardrailRules, RuleSet } from './rule-set.ts';

/**
 * Compiles a valid PolicySet: normalised, self-contained, and the same whatever the order of files, ports, exceptions
 * and labels. The order of clauses is kept, because it decides (rule D1). Adds the built-in guardrail (rule D7).
 */
export function compile(policySet: PolicySet): RuleSet {
  return {
    format: 1,
    agents: policySet.agents
      .map((agent) => compileAgent(agent, policySet.guardrails))
      .toSorted(byName),
    guardrails: [builtinGuardrail, ...policySet.guardrails.map(compileGuardrail)].toSorted(byName),
  };
}

function compileAgent(agent: AgentPolicy, guardrails: readonly Guardrail[]): AgentRules {
  const { name, version, owner, labels } = agent.metadata;
  const document = `AgentPolicy/${name}`;
  return {
    name,
    version,
    ...(owner === undefined ? {} : { owner }),
    labels: sortedByKey(labels),
    mode: agent.mode,
    sources: canonicalCidrs(agent.workloads.cidrs).map(formatCidr),
    resolvers: canonicalAddresses(agent.resolvers),
    guardrails: [
      builtinName,
      ...guardrails
        .filter(({ selector }) => selectorMatches(selector, agent.metadata))
        .map((g) => g.metadata.name),
    ].toSorted(compareBytes),
    deny: agent.deny.map((clause) => compileClause(document, clause)),
    allow: agent.allow.map((clause) => compileClause(document, clause)),
  };
}

function compileGuardrail(guardrail: Guardrail): GuardrailRules {
  const document = `Guardrail/${guardrail.metadata.name}`;
  return {
    name: guardrail.metadata.name,
    version: guardrail.metadata.version,
    mode: guardrail.mode,
    resolvers: canonicalAddresses(guardrail.resolvers),
    trusted: canonicalCidrs(guardrail.trusted).map(formatCidr),
    deny: guardrail.deny.map((clause) => compileClause(document, clause)),
    allow: guardrail.allow.map((clause) => compileClause(document, clause)),
  };
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
