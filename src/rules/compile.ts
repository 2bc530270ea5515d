import {
  type Address,
  type AgentPolicy,
  compareCidrs,
  formatAddress,
  formatCidr,
  type Guardrail,
  hostCidr,
  type PolicySet,
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
      ...guardrails.filter((guardrail) => selects(guardrail, labels)).map((g) => g.metadata.name),
    ].toSorted(compareNames),
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

/** Every label of the selector must stand on the agent; an empty selector selects all. */
function selects({ selector }: Guardrail, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

function canonicalAddresses(addresses: readonly Address[]): string[] {
  const texts = addresses.map(hostCidr).toSorted(compareCidrs).map(formatAddress);
  return [...new Set(texts)];
}

function sortedByKey(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareNames(a, b)));
}

function byName(a: { name: string }, b: { name: string }): number {
  return compareNames(a.name, b.name);
}

/** Names are ASCII, so that comparing code units is comparing bytes. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
