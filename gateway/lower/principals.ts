import type { AgentRules, GuardrailRules } from '../../src/rules/index.ts';
import { LoweringError } from './candidate-list.ts';

/** A workload's principals are a word in the kernel, with a bit for each that clauses name. */
const MOST_PRINCIPALS = 64;

/**
 * Principals that any guardrail's deny names: these have the same bits for all agents, because a sender's principals
 * are held against the denies above the receiver (rule D8).
 */
export function sharedPrincipals(guardrails: readonly GuardrailRules[]): readonly string[] {
  return distinct(
    guardrails.flatMap(({ deny }) => deny.flatMap(({ onBehalfOf = [] }) => onBehalfOf)),
  );
}

/** All principals that clauses above and of an agent name, in the order of their bits. @throws LoweringError for too many */
export function principalsOf(
  agent: AgentRules,
  guardrails: readonly GuardrailRules[],
  shared: readonly string[],
): readonly string[] {
  const clauses = [agent, ...guardrails].flatMap(({ deny, allow }) => [...deny, ...allow]);
  const own = distinct(clauses.flatMap(({ onBehalfOf = [] }) => onBehalfOf));
  const all = [...shared, ...own.filter((principal) => !shared.includes(principal))];
  if (all.length > MOST_PRINCIPALS) {
    throw new LoweringError(
      `The rules of AgentPolicy/${agent.name} and the denies of guardrails name ${all.length} principals in ` +
        `\`onBehalfOf\`; at most ${MOST_PRINCIPALS} can be told apart. Let workloads register with groups.`,
    );
  }
  return all;
}

/** The bits of principals; one that no clause names has none. */
export function principalBits(all: readonly string[], some: readonly string[]): bigint {
  return some.reduce((bits, principal) => {
    const bit = all.indexOf(principal);
    return bit < 0 ? bits : bits | (1n << BigInt(bit));
  }, 0n);
}

function distinct(principals: readonly string[]): string[] {
  return [...new Set(principals)].sort();
}
