import { builtinName } from './builtin-guardrail.ts';
import { allowMatches, denyMatches, type ParsedClause } from './match-clause.ts';
import type { Packet } from './packet.ts';
import type { ParsedAgent, ParsedGuardrail } from './parse-rules.ts';

/** Something in the rules that matches, in the order in which it may decide. */
export interface Match {
  readonly effect: 'allow' | 'deny';
  /** `null` for what is implied and stands in no clause. */
  readonly clause: string | null;
  /** Who says so; `observer` is a guardrail in audit, which decides nothing (rule D6). */
  readonly by: 'guardrail' | 'observer' | 'policy';
}

/** The receiving side of a flow between agents (rule D8). */
export interface Receiving {
  readonly agent: ParsedAgent;
  /** The packet with the sender as the other side. */
  readonly packet: Packet;
}

/** The order of precedence: guardrail deny, resolvers, policy deny, guardrail allow, policy allow. */
export function* matchesInOrder(
  sender: ParsedAgent,
  packet: Packet,
  receiving?: Receiving,
): Generator<Match> {
  yield* guardrailDenies(sender, packet);
  if (receiving) yield* guardrailDenies(receiving.agent, receiving.packet);
  if (impliedByResolver(sender, packet)) yield { effect: 'allow', clause: null, by: 'policy' };
  for (const clause of sender.deny) {
    if (denyMatches(clause, packet)) yield { effect: 'deny', clause: clause.id, by: 'policy' };
  }
  for (const [clause, by] of clausesOf(sender.guardrails, 'allow')) {
    if (allowMatches(clause, packet)) yield { effect: 'allow', clause: clause.id, by };
  }
  for (const clause of sender.allow) {
    if (allowMatches(clause, packet)) yield { effect: 'allow', clause: clause.id, by: 'policy' };
  }
}

/** Denies of the guardrails above an agent, the built-in one included. */
export function* guardrailDenies(agent: ParsedAgent, packet: Packet): Generator<Match> {
  for (const [clause, by, guardrail] of clausesOf(agent.guardrails, 'deny')) {
    if (!denyMatches(clause, packet)) continue;
    if (guardrail.name === builtinName && isLifted(agent, packet)) continue;
    yield { effect: 'deny', clause: clause.id, by };
  }
}

/** Rule D7: only an enforcing guardrail lifts the built-in one, and only by naming addresses. */
function isLifted(agent: ParsedAgent, packet: Packet): boolean {
  return agent.guardrails.some(
    ({ mode, allow }) =>
      mode === 'enforce' &&
      allow.some((clause) => clause.to.kind === 'cidr' && allowMatches(clause, packet)),
  );
}

/** Rule D10, UDP only: DNS over TCP to a resolver needs a clause of its own. */
function impliedByResolver(agent: ParsedAgent, { address, protocol, port }: Packet): boolean {
  return protocol === 'udp' && port === 53 && address !== undefined && agent.isResolver(address);
}

/** Clauses of several guardrails with who says them: by document, then as listed (rule D1). */
export function* clausesOf(
  guardrails: readonly ParsedGuardrail[],
  effect: 'allow' | 'deny',
): Generator<[ParsedClause, 'guardrail' | 'observer', ParsedGuardrail]> {
  for (const guardrail of guardrails) {
    const by = guardrail.mode === 'enforce' ? 'guardrail' : 'observer';
    for (const clause of guardrail[effect]) yield [clause, by, guardrail];
  }
}
