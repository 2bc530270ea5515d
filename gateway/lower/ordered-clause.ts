import { formatCidr, hostCidr, parseAddress } from '../../src/policy/index.ts';
import {
  type AgentRules,
  builtinName,
  type Clause,
  type ClauseBudget,
  type Destination,
  type GuardrailRules,
  reasonCode,
} from '../../src/rules/index.ts';
import { constants } from '../layout/index.ts';
import { type Condition, conditionOf, overTls } from './condition.ts';
import { type PortBox, portBoxes } from './port-boxes.ts';
import { quicLines } from './quic.ts';

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
  /** Kind of period of the budget that its flows spend. */
  readonly budget: ClauseBudget['per'] | null;
  /** Key of the way out that its flows take. */
  readonly route: string | null;
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
  principals: readonly string[],
): OrderedClause[] {
  const resolvers = resolversOf(agent, guardrails);
  const deny = (clause: Clause) => plainClause(clause, false, principals);
  const allow = (clause: Clause) => plainClause(clause, true, principals);
  const allowing = [...guardrails.filter(({ mode }) => mode === 'enforce'), agent];
  return ranked([
    ...guardrails.flatMap((guardrail) =>
      guardrail.deny.map((clause) => guardrailDeny(guardrail, deny(clause))),
    ),
    ...resolvers.map(impliedAllow),
    ...agent.deny.map((clause) => ({ ...deny(clause), flags: CANDIDATE_OWN })),
    ...quicLines(
      allowing.flatMap((document) => document.allow),
      principals,
    ),
    ...guardrails.flatMap((guardrail) =>
      guardrail.allow.map((clause) => guardrailAllow(guardrail, allow(clause))),
    ),
    ...agent.allow.map(allow),
    ...resolvers.map(refusedTcp),
  ]);
}

/** What lets others reach an agent (rule D8); `to` is the other side. It opens the DNS ports without naming them. */
export function orderIngress({ ingress }: AgentRules): OrderedClause[] {
  return ranked(
    ingress.map(({ from, ...clause }) => ({
      ...plainClause({ ...clause, to: from }, true, []),
      boxes: portBoxes(clause, false),
    })),
  );
}

function ranked(clauses: readonly Unranked[]): OrderedClause[] {
  return clauses.map((clause, rank) => ({ ...clause, rank }));
}

/** Canonical addresses, sorted, each once. */
function resolversOf(agent: AgentRules, guardrails: readonly GuardrailRules[]): readonly string[] {
  const enforcing = guardrails.filter(({ mode }) => mode === 'enforce');
  return [...new Set([...agent.resolvers, ...enforcing.flatMap((g) => g.resolvers)])].sort();
}

function plainClause(clause: Clause, isAllow: boolean, principals: readonly string[]): Unranked {
  const stated = conditionOf(clause, principals);
  const condition = isAllow && clause.protocol === 'tls' ? overTls(stated, clause.to) : stated;
  return {
    clause: clause.id,
    to: clause.to,
    boxes: portBoxes(clause, isAllow),
    condition,
    budget: clause.budget?.per ?? null,
    route: clause.via ?? null,
    decision: isAllow ? DECISION_ALLOW : DECISION_DENY,
    reason: isAllow ? reasonCode.allowed : reasonCode.denied,
    flags: 0,
    liftable: false,
    lifts: false,
    unconditional: clause.protocol === 'any' && condition === null,
  };
}

function guardrailDeny({ name, mode }: GuardrailRules, clause: Unranked): Unranked {
  const flags = CANDIDATE_GUARDRAIL_DENY | (mode === 'audit' ? CANDIDATE_NOTE : 0);
  return { ...clause, flags, liftable: name === builtinName };
}

function guardrailAllow({ mode }: GuardrailRules, clause: Unranked): Unranked {
  const audit = mode === 'audit';
  return {
    ...clause,
    flags: audit ? CANDIDATE_NOTE : 0,
    lifts: !audit && clause.to.kind === 'cidr',
  };
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
    budget: null,
    route: null,
    liftable: false,
    lifts: false,
    unconditional: false,
  } as const;
}
