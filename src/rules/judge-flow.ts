import { type Address, isMapped, type Mode } from '../policy/index.ts';
import type { Flow, Verdict } from './flow.ts';
import { guardrailDenies, matchesInOrder } from './matches.ts';
import { inbound, outbound, type Packet, unwrapNat64 } from './packet.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';
import type { Reason } from './reasons.ts';
import { type Outcome, settle } from './settle.ts';
import { findSource } from './source.ts';

/** Judges a flow: is the packet sound, who sends it, and what do the rules of both sides say? */
export function judgeFlow(rules: ParsedRules, flow: Flow): Verdict {
  if (isMalformed(flow)) return refused('malformed');
  const source = findSource(rules, flow);
  const receiver = rules.ownerOf(unwrapNat64(flow.dst));
  switch (source.kind) {
    case 'spoofed':
      return refused('spoofed-source');
    case 'unknown':
      return refused('unknown-workload');
    case 'agent':
      return judgeEgress(source.agent, flow, source.address, receiver);
    case 'elsewhere':
      return receiver
        ? judgeFromElsewhere(receiver, flow, source.address)
        : refused('unknown-workload');
  }
}

function judgeEgress(
  sender: ParsedAgent,
  flow: Flow,
  src: Address | undefined,
  receiver: ParsedAgent | undefined,
): Verdict {
  const { mode } = sender;
  const { protocol } = flow;
  if (typeof protocol === 'number') return refused('protocol', mode);
  const packet = outbound(flow, protocol);
  const receiving = receiver && { agent: receiver, packet: inbound(flow, protocol, src) };
  const matches = matchesInOrder(sender, packet, receiving);
  const sent = settle(matches, mode, defaultReason(sender, packet));
  return { ...(receiver ? judgeIngress(receiver, sent) : sent), mode };
}

/** From no agent to an agent: only the receiver has a say (rule D8). */
function judgeFromElsewhere(receiver: ParsedAgent, flow: Flow, src: Address): Verdict {
  const { mode } = receiver;
  if (typeof flow.protocol === 'number') return refused('protocol', mode);
  const matches = guardrailDenies(receiver, inbound(flow, flow.protocol, src));
  return { ...settle(matches, mode, 'no-ingress'), mode };
}

/**
 * What the sender's rules let go must be let in too; there are no ingress clauses, so nothing lets it in. Where both
 * sides are in audit, the sender's clause would have been the first to deny.
 */
function judgeIngress(receiver: ParsedAgent, sent: Outcome): Outcome {
  if (sent.decision === 'deny') return sent;
  const clause = sent.reason === 'would-deny' ? sent.clause : null;
  return receiver.mode === 'audit'
    ? { ...sent, reason: 'would-deny', clause }
    : { ...sent, decision: 'deny', reason: 'no-ingress', clause: null };
}

/** Why a flow is denied that nothing allows; to a resolver only DNS over TCP can come to this (rule D10). */
function defaultReason(agent: ParsedAgent, { address, protocol, port }: Packet): Reason {
  if (protocol === 'icmp' || port !== 53 || address === undefined) return 'no-clause';
  return agent.isResolver(address) ? 'dns-tcp' : 'dns-resolver';
}

/** `::ffff:0:0/96` never appears on the wire in earnest (rule D11). */
function isMalformed({ src, dst }: Flow): boolean {
  return [src, dst].some((address) => address?.family === 6 && isMapped(address.value));
}

/** Denied in every mode: before any agent is known, or beyond what a policy can say (rules D6, K2). */
function refused(reason: Reason, mode: Mode = 'enforce'): Verdict {
  return { decision: 'deny', reason, clause: null, mode, noted: null };
}
