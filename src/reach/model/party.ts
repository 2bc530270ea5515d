import { emptyPolicySet } from '../../policy/index.ts';
import { type AgentRules, compile, type GuardrailRules, type RuleSet } from '../../rules/index.ts';

/** An agent together with what stands above it. */
export interface Party {
  readonly agent: AgentRules;
  /** Guardrails above it that enforce, by name; one in audit decides nothing (rule D6). */
  readonly enforcing: readonly GuardrailRules[];
}

export function partiesOf(ruleSet: RuleSet): ReadonlyMap<string, Party> {
  const guardrails = new Map(ruleSet.guardrails.map((one) => [one.name, one]));
  return new Map(
    ruleSet.agents.map((agent) => {
      const above = agent.guardrails.flatMap((name) => guardrails.get(name) ?? []);
      return [agent.name, { agent, enforcing: above.filter(({ mode }) => mode === 'enforce') }];
    }),
  );
}

/** Resolvers to which DNS is implied (rule D10). */
export function resolversOf({ agent, enforcing }: Party): string[] {
  return [...new Set([agent, ...enforcing].flatMap(({ resolvers }) => resolvers))].sort();
}

/** Whether a workload may register as the agent. */
export function mayRegister({ agent }: Party): boolean {
  return Object.keys(agent.selector).length > 0;
}

/** What the built-in guardrail denies (rule D7). */
export const builtinCidrs: readonly string[] = compile(emptyPolicySet).guardrails.flatMap(
  ({ deny }) => deny.flatMap(({ to }) => (to.kind === 'cidr' ? [to.cidr] : [])),
);
