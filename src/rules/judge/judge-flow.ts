import { isMapped, type Mode } from '../../policy/index.ts';
import type { Flow, Verdict } from '../flow.ts';
import type { Reason } from '../reasons.ts';
import { inbound, outbound, type Packet, unwrapNat64 } from './packet.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';
import {
  decideEgress,
  guardrailDenies,
  type Hearing,
  ingressAllows,
  type Listener,
} from './precedence.ts';
import { type Outcome, Settlement } from './settlement.ts';
import { findSource, type Source } from './source.ts';
import { type Traits, traitsOf } from './traits.ts';

export interface Judging {
  readonly listener?: Listener | undefined;
  /** Answers in place of the flow's names, server name, principals and spent budgets. */
  readonly traits?: Traits | undefined;
}

/** Judges a flow: is the packet sound, who sends it, and what do the rules of both sides say? */
export function judgeFlow(
  rules: ParsedRules,
  flow: Flow,
  { listener, traits = traitsOf(flow) }: Judging = {},
): Verdict {
  if (isMalformed(flow)) return refused('malformed');
  const source = findSource(rules, flow);
  const receiver = rules.ownerOf(unwrapNat64(flow.dst));
  switch (source.kind) {
    case 'spoofed':
      return refused('spoofed-source');
    case 'unknown':
      return refused('unknown-workload');
    case 'agent':
      return judgeEgress(source, { flow, traits, listener }, receiver);
    case 'elsewhere':
      // Between two sides that this gateway does not carry it has nothing to allow.
      return receiver && !receiver.isRemote
        ? judgeFromElsewhere(source, { flow, traits, listener }, receiver)
        : refused('unknown-workload');
  }
}

interface Case {
  readonly flow: Flow;
  readonly traits: Traits;
  readonly listener: Listener | undefined;
}

function judgeEgress(
  { agent: sender, address }: Extract<Source, { kind: 'agent' }>,
  { flow, traits, listener }: Case,
  receiver: ParsedAgent | undefined,
): Verdict {
  const { mode } = sender;
  const { protocol } = flow;
  if (typeof protocol === 'number') return refused('protocol', mode);
  const receiving = receiver && {
    agent: receiver,
    packet: inbound(flow, traits, protocol, { address, agent: sender.name }),
  };
  const hearing = open(outbound(flow, traits, protocol, receiver?.name), mode, listener);
  const sent = decideEgress(hearing, sender, receiving);
  return { ...(receiving ? letIn(receiving, sent, listener) : sent), mode };
}

/** From no agent of this gateway to an agent: only the receiver has a say (rule D8). */
function judgeFromElsewhere(
  { address, owner }: Extract<Source, { kind: 'elsewhere' }>,
  { flow, traits, listener }: Case,
  receiver: ParsedAgent,
): Verdict {
  const { mode } = receiver;
  const { protocol } = flow;
  if (typeof protocol === 'number') return refused('protocol', mode);
  const packet = inbound(flow, traits, protocol, { address, agent: owner?.name });
  const hearing = open(packet, mode, listener);
  const outcome =
    guardrailDenies(hearing, 'receiver-guardrail-deny', receiver) ??
    ingressAllows(hearing, receiver) ??
    nothingLetsIn(hearing);
  return { ...outcome, mode };
}

/**
 * What the sender's rules let go must be let in too (rule D8). An allowed flow names the sender's clause; where both
 * sides are in audit, the sender's would have been the first to deny.
 */
function letIn(
  { agent: receiver, packet }: { readonly agent: ParsedAgent; readonly packet: Packet },
  sent: Outcome,
  listener: Listener | undefined,
): Outcome {
  if (sent.decision === 'deny') return sent;
  const hearing = open(packet, receiver.mode, listener);
  if (ingressAllows(hearing, receiver)) return sent;
  const refusal = hearing.settlement.refuse('no-ingress', null);
  const isRemark = refusal.decision === 'allow' && sent.reason === 'would-deny';
  tellNothingLetsIn(hearing, isRemark ? undefined : refusal);
  return isRemark ? sent : { ...refusal, noted: sent.noted };
}

function nothingLetsIn(hearing: Hearing): Outcome {
  const outcome = hearing.settlement.refuse('no-ingress', null);
  tellNothingLetsIn(hearing, outcome);
  return outcome;
}

function tellNothingLetsIn({ packet, listener }: Hearing, outcome: Outcome | undefined): void {
  const told = { stage: 'ingress-default', role: 'deny', by: 'policy', match: true } as const;
  listener?.({ ...told, clause: null, packet, outcome });
}

function open(packet: Packet, mode: Mode, listener: Listener | undefined): Hearing {
  return { settlement: new Settlement(mode), packet, listener };
}

/** `::ffff:0:0/96` never appears on the wire in earnest (rule D11). */
function isMalformed({ src, dst }: Flow): boolean {
  return [src, dst].some((address) => address?.family === 6 && isMapped(address.value));
}

/** Denied in every mode: before any agent is known, or beyond what a policy can say (rules D6, K2). */
function refused(reason: Reason, mode: Mode = 'enforce'): Verdict {
  return { decision: 'deny', reason, clause: null, mode, noted: null };
}
