import { type Clause, reasonCode } from '../../src/rules/index.ts';
import { constants } from '../layout/index.ts';
import { conditionOf } from './condition.ts';

const { PROTO_UDP, DECISION_ALLOW, DECISION_DENY, CANDIDATE_OWN } = constants;
const port = 443;

/**
 * Rule D9 as lines between the policy's denies and all allows: QUIC is denied to what an allow over TLS names by host,
 * unless an allow over UDP matches. Neither decides by itself; the program puts them together.
 * @param allows of the enforcing guardrails and the agent
 * @param principals in the order of their bits
 */
export function quicLines(allows: readonly Clause[], principals: readonly string[]) {
  const denied = allows.filter(({ protocol, to }) => protocol === 'tls' && to.kind === 'host');
  if (denied.length === 0) return [];
  const lifting = allows.filter(
    ({ protocol, ports }) =>
      protocol === 'udp' && ports.some(([low, high]) => low <= port && port <= high),
  );
  const line = (clause: Clause, decision: number) => ({
    clause: null,
    to: clause.to,
    boxes: [{ protocols: PROTO_UDP, low: port, high: port }],
    condition: conditionOf(clause, principals),
    decision,
    reason: reasonCode.quic,
    flags: decision === DECISION_DENY ? CANDIDATE_OWN : 0,
    budget: null,
    route: null,
    liftable: false,
    lifts: false,
    unconditional: false,
  });
  return [
    ...lifting.map((clause) => line(clause, DECISION_ALLOW)),
    ...denied.map((clause) => line(clause, DECISION_DENY)),
  ];
}

/** Such a line only speaks of QUIC: nothing else about a name or a destination follows from it. */
export function isQuicLine({ reason }: { readonly reason: number }): boolean {
  return reason === reasonCode.quic;
}
