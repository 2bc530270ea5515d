import type { AgentPolicy, Guardrail, PolicySet } from '../policy/index.ts';
import { builtinName } from './builtin-guardrail.ts';
import { compile } from './compile.ts';
import type { RuleSet } from './rule-set.ts';

/**
 * {@link compile}, at the cost of what changed: the rules of documents that are the very objects they were in `known`
 * are taken over. The result is the one that `compile` gives.
 */
export function compileChanged(
  known: { readonly policySet: PolicySet; readonly ruleSet: RuleSet },
  policySet: PolicySet,
): RuleSet {
  const same = new Set<object>([...known.policySet.agents, ...known.policySet.guardrails]);
  const isAboveSame = areSelectorsEqual(known.policySet.guardrails, policySet.guardrails);
  const isKnown = (document: AgentPolicy | Guardrail) => same.has(document);
  const compiled = compile({
    ...policySet,
    agents: policySet.agents.filter((agent) => !isAboveSame || !isKnown(agent)),
  });
  const fresh = new Map(compiled.agents.map((rules) => [rules.name, rules]));
  const old = new Map(known.ruleSet.agents.map((rules) => [rules.name, rules]));
  const oldGuardrails = new Map(known.ruleSet.guardrails.map((rules) => [rules.name, rules]));
  const keptGuardrails = new Set(
    policySet.guardrails.filter(isKnown).map(({ metadata }) => metadata.name),
  ).add(builtinName);
  return {
    ...compiled,
    agents: policySet.agents
      .flatMap(({ metadata: { name } }) => fresh.get(name) ?? old.get(name) ?? [])
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    guardrails: compiled.guardrails.map(
      (rules) => (keptGuardrails.has(rules.name) && oldGuardrails.get(rules.name)) || rules,
    ),
  };
}

/** Whether the same guardrails are above every agent. */
function areSelectorsEqual(before: readonly Guardrail[], after: readonly Guardrail[]): boolean {
  const textOf = (guardrails: readonly Guardrail[]) =>
    JSON.stringify(guardrails.map(({ metadata, selector }) => [metadata.name, selector]));
  return before === after || textOf(before) === textOf(after);
}
