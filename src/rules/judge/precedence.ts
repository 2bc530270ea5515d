import { builtinName } from '../builtin-guardrail.ts';
import type { Reason } from '../reasons.ts';
import {
  allowsOverTls,
  clauseMatches,
  failsBySniAlone,
  isTlsToHost,
  type Role,
} from './conditions.ts';
import type { Packet } from './packet.ts';
import type { ParsedClause } from './parse-clause.ts';
import type { ParsedAgent, ParsedGuardrail } from './parse-rules.ts';
import type { Outcome, Settlement, Speaker } from './settlement.ts';

/** The steps of a decision, in their order. */
export type Stage =
  | 'guardrail-deny'
  | 'receiver-guardrail-deny'
  | 'resolver'
  | 'policy-deny'
  | 'quic'
  | 'guardrail-allow'
  | 'policy-allow'
  | 'default'
  | 'ingress'
  | 'ingress-default';

/** Something that was considered on the way to a decision; who explains one listens. */
export interface Considered {
  readonly stage: Stage;
  readonly role: Role;
  readonly by: Speaker;
  /** Null for what stands in no clause. */
  readonly clause: ParsedClause | null;
  readonly packet: Packet;
  /** Whether it matches; `lifted`: it does, and a guardrail lifts it (rule D7). */
  readonly match: boolean | 'lifted';
  /** What follows from it, if anything does. */
  readonly outcome: Outcome | undefined;
}

export type Listener = (considered: Considered) => void;

/** A flow before the rules of one side. */
export interface Hearing {
  readonly settlement: Settlement;
  readonly packet: Packet;
  readonly listener: Listener | undefined;
}

/**
 * What the sender's rules make of a flow, and the receiver's guardrails: guardrail deny, resolvers, policy deny, QUIC,
 * guardrail allow, policy allow, default.
 * @param receiving The receiver, and the packet as it sees it.
 */
export function decideEgress(
  hearing: Hearing,
  sender: ParsedAgent,
  receiving?: { readonly agent: ParsedAgent; readonly packet: Packet },
): Outcome {
  return (
    guardrailDenies(hearing, 'guardrail-deny', sender) ??
    (receiving &&
      guardrailDenies(
        { ...hearing, packet: receiving.packet },
        'receiver-guardrail-deny',
        receiving.agent,
      )) ??
    resolverImplies(hearing, sender) ??
    hear(hearing, 'policy-deny', 'policy', sender.deny) ??
    quicIsDenied(hearing, sender) ??
    guardrailAllows(hearing, sender) ??
    hear(hearing, 'policy-allow', 'policy', sender.allow) ??
    nothingAllows(hearing, sender)
  );
}

/** Denies of the guardrails above an agent, the built-in one included. */
export function guardrailDenies(
  hearing: Hearing,
  stage: 'guardrail-deny' | 'receiver-guardrail-deny',
  agent: ParsedAgent,
): Outcome | undefined {
  for (const guardrail of agent.guardrails) {
    const lifts = guardrail.name === builtinName ? agent : undefined;
    const outcome = hear(hearing, stage, speakerOf(guardrail), guardrail.deny, lifts);
    if (outcome) return outcome;
  }
  return undefined;
}

/** The first ingress clause that lets a flow in (rule D8). */
export function ingressAllows(hearing: Hearing, receiver: ParsedAgent): Outcome | undefined {
  return hear(hearing, 'ingress', 'policy', receiver.ingress);
}

function guardrailAllows(hearing: Hearing, agent: ParsedAgent): Outcome | undefined {
  for (const guardrail of agent.guardrails) {
    const outcome = hear(hearing, 'guardrail-allow', speakerOf(guardrail), guardrail.allow);
    if (outcome) return outcome;
  }
  return undefined;
}

const roles = {
  'guardrail-deny': 'deny',
  'receiver-guardrail-deny': 'deny',
  'policy-deny': 'deny',
  'guardrail-allow': 'allow',
  'policy-allow': 'allow',
  ingress: 'ingress',
} as const;

/** The first clause that matches and binds. */
function hear(
  hearing: Hearing,
  stage: keyof typeof roles,
  by: Speaker,
  clauses: readonly ParsedClause[],
  lifts?: ParsedAgent,
): Outcome | undefined {
  const { packet, listener } = hearing;
  const role = roles[stage];
  for (const clause of clauses) {
    const matches = clauseMatches(clause, packet, role);
    const match = matches && lifts && isLifted(lifts, packet) ? 'lifted' : matches;
    const outcome = match === true ? consequence(hearing, role, by, clause) : undefined;
    listener?.({ stage, role, by, clause, packet, match, outcome });
    if (outcome) return outcome;
  }
  return undefined;
}

/** A spent budget does not fall through: its clause denies in its place (rule D4). */
function consequence(
  { settlement, packet }: Hearing,
  role: Role,
  by: Speaker,
  { id, hasBudget }: ParsedClause,
): Outcome | undefined {
  if (role === 'deny') return settlement.deny(by, 'denied', id);
  if (hasBudget && packet.traits.isSpent(id)) return settlement.deny(by, 'budget-spent', id);
  return settlement.allow(by, id);
}

/** Rule D7: only an enforcing guardrail lifts the built-in one, and only by naming addresses. */
function isLifted(agent: ParsedAgent, packet: Packet): boolean {
  return enforcing(agent).some(({ allow }) =>
    allow.some((clause) => clause.to.kind === 'cidr' && clauseMatches(clause, packet, 'allow')),
  );
}

/** Rule D10, UDP only: DNS over TCP to a resolver needs a clause of its own. */
function resolverImplies(hearing: Hearing, agent: ParsedAgent): Outcome | undefined {
  const { address, protocol, port } = hearing.packet;
  if (protocol !== 'udp' || port !== 53 || !address) return undefined;
  const match = agent.isResolver(address);
  const outcome = match ? hearing.settlement.allow('policy', null) : undefined;
  return tellImplied(hearing, 'resolver', 'allow', match, outcome);
}

/** Rule D9: a client that is denied QUIC falls back to TCP, where the server name can be seen. */
function quicIsDenied(hearing: Hearing, agent: ParsedAgent): Outcome | undefined {
  const { packet, settlement } = hearing;
  if (packet.protocol !== 'udp' || packet.port !== 443) return undefined;
  const allows = [...enforcing(agent), agent].flatMap(({ allow }) => allow);
  const match =
    allows.some((clause) => allowsOverTls(clause, packet)) &&
    !allows.some((clause) => clause.protocol === 'udp' && clauseMatches(clause, packet, 'allow'));
  const outcome = match ? settlement.refuse('quic', null) : undefined;
  return tellImplied(hearing, 'quic', 'deny', match, outcome);
}

function nothingAllows(hearing: Hearing, agent: ParsedAgent): Outcome {
  const { packet, settlement } = hearing;
  const nearest = nearestByServerName(agent, packet);
  const outcome = nearest
    ? settlement.refuse(packet.sni === undefined ? 'sni-missing' : 'sni-mismatch', nearest.id)
    : settlement.refuse(defaultReason(agent, packet), null);
  const { listener } = hearing;
  const told = { stage: 'default', role: 'deny', by: 'policy', match: true } as const;
  listener?.({ ...told, clause: nearest ?? null, packet, outcome });
  return outcome;
}

/** Rule D5: the first allow by TLS name that only the server name keeps from matching. */
function nearestByServerName(agent: ParsedAgent, packet: Packet): ParsedClause | undefined {
  if (packet.protocol !== 'tcp') return undefined;
  for (const { allow } of [...enforcing(agent), agent]) {
    const nearest = allow.find((clause) => isTlsToHost(clause) && failsBySniAlone(clause, packet));
    if (nearest) return nearest;
  }
  return undefined;
}

/** Why a flow is denied that nothing allows; to a resolver only DNS over TCP can come to this (rule D10). */
function defaultReason(agent: ParsedAgent, { address, protocol, port }: Packet): Reason {
  if (protocol === 'icmp' || port !== 53 || address === undefined) return 'no-clause';
  return agent.isResolver(address) ? 'dns-tcp' : 'dns-resolver';
}

function tellImplied(
  { listener, packet }: Hearing,
  stage: 'resolver' | 'quic',
  role: 'allow' | 'deny',
  match: boolean,
  outcome: Outcome | undefined,
): Outcome | undefined {
  listener?.({ stage, role, by: 'policy', clause: null, packet, match, outcome });
  return outcome;
}

function enforcing({ guardrails }: ParsedAgent): ParsedGuardrail[] {
  return guardrails.filter(({ mode }) => mode === 'enforce');
}

export function speakerOf({ mode }: ParsedGuardrail): 'guardrail' | 'observer' {
  return mode === 'enforce' ? 'guardrail' : 'observer';
}
