import { formatCidr, hostCidr, parseAddress } from '../../src/policy/index.ts';
import {
  type AgentRules,
  type Clause,
  type Destination,
  type GuardrailRules,
  reasonCode,
} from '../../src/rules/index.ts';
import { constants } from '../layout/index.ts';
import { type Condition, conditionOf } from './condition.ts';
import { type PortBox, portBoxes } from './port-boxes.ts';

const { DECISION_ALLOW, DECISION_DENY, PROTO_TCP, PROTO_UDP } = constants;
const { CANDIDATE_NOTE, CANDIDATE_RESOLVER, CANDIDATE_OWN, CANDIDATE_GUARDRAIL_DENY } = constants;

/** A clause at its place in the order of judgement of one agent (rule D1). */
export interface OrderedClause {
  readonly rank: number;
  /** `null` for what no document says, such as the implied allow of a resolver. */
  readonly clause: string | null;
  readonly to: Destination;
  readonly boxes: readonly PortBox[];
  readonly condition: Condition | null;
  readonly decision: number;
  /** Code of the reason that it gives. */
  readonly reason: number;
  /** SP_CANDIDATE_*. */
  readonly flags: number;
  /** A built-in deny, which a guardrail's cidr allow lifts (rule D7). */
  readonly liftable: boolean;
  /** An enforcing guardrail's allow by cidr. */
  readonly lifts: boolean;
  /** Any protocol, no condition: a deny refuses the name too (rule N2). */
  readonly unconditional: boolean;
}

type Unranked = Omit<OrderedClause, 'rank'>;

/** All clauses that bear on an agent, first decides. */
export function orderClauses(
  agent: AgentRules,
  guardrails: readonly GuardrailRules[],
): OrderedClause[] {
  const resolvers = resolversOf(agent, guardrails);
  const ordered: Unranked[] = [
    ...guardrails.flatMap((guardrail) => guardrail.deny.map((c) => guardrailDeny(guardrail, c))),
    ...resolvers.map(impliedAllow),
    ...agent.deny.map((clause) => ownClause(clause, false)),
    ...guardrails.flatMap((guardrail) => guardrail.allow.map((c) => guardrailAllow(guardrail, c))),
    ...agent.allow.map((clause) => ownClause(clause, true)),
    ...resolvers.map(refusedTcp),
  ];
  return ordered.map((clause, rank) => ({ ...clause, rank }));
}

/** Canonical addresses, sorted, each once. */
function resolversOf(agent: AgentRules, guardrails: readonly GuardrailRules[]): readonly string[] {
  const enforcing = guardrails.filter(({ mode }) => mode === 'enforce');
  return [...new Set([...agent.resolvers, ...enforcing.flatMap((g) => g.resolvers)])].sort();
}

function plainClause(clause: Clause, isAllow: boolean): Unranked {
  const condition = conditionOf(clause);
  return {
    clause: clause.id,
    to: clause.to,
    boxes: portBoxes(clause, isAllow),
    condition,
    decision: isAllow ? DECISION_ALLOW : DECISION_DENY,
    reason: isAllow ? reasonCode.allowed : reasonCode.denied,
    flags: 0,
    liftable: false,
    lifts: false,
    unconditional: clause.protocol === 'any' && condition === null,
  };
}

function guardrailDeny({ name, mode }: GuardrailRules, clause: Clause): Unranked {
  const flags = CANDIDATE_GUARDRAIL_DENY | (mode === 'audit' ? CANDIDATE_NOTE : 0);
  return { ...plainClause(clause, false), flags, liftable: name === 'builtin' };
}

function guardrailAllow({ mode }: GuardrailRules, clause: Clause): Unranked {
  const audit = mode === 'audit';
  return {
    ...plainClause(clause, true),
    flags: audit ? CANDIDATE_NOTE : 0,
    lifts: !audit && clause.to.kind === 'cidr',
  };
}

function ownClause(clause: Clause, isAllow: boolean): Unranked {
  return { ...plainClause(clause, isAllow), flags: isAllow ? 0 : CANDIDATE_OWN };
}

const dnsPort = { low: 53, high: 53 };

function impliedAllow(resolver: string): Unranked {
  return {
    ...atResolver(resolver),
    boxes: [{ protocols: PROTO_UDP, ...dnsPort }],
    decision: DECISION_ALLOW,
    reason: reasonCode.allowed,
    flags: CANDIDATE_RESOLVER,
  };
}

/** Last of all: what no clause allowed. It only gives the refusal its own reason. */
function refusedTcp(resolver: string): Unranked {
  return {
    ...atResolver(resolver),
    boxes: [{ protocols: PROTO_TCP, ...dnsPort }],
    decision: DECISION_DENY,
    reason: reasonCode['dns-tcp'],
    flags: CANDIDATE_OWN,
  };
}

function atResolver(resolver: string) {
  const address = parseAddress(resolver);
  if (!address) throw new Error(`not an address: ${resolver}`);
  return {
    clause: null,
    to: { kind: 'cidr', cidr: formatCidr(hostCidr(address)), except: [] },
    condition: null,
    liftable: false,
    lifts: false,
    unconditional: false,
  } as const;
}
