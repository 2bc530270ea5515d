import { formatAddress } from '../../policy/index.ts';
import type { Flow, Verdict } from '../flow.ts';
import {
  type Considered,
  type EvaluatorOptions,
  failedConditions,
  findSource,
  judgeFlow,
  type ParsedRules,
  parseRules,
  type Stage,
  unwrapNat64,
} from '../judge/index.ts';
import { reasons } from '../reasons.ts';
import type { RuleSet } from '../rule-set.ts';
import { failureText } from './condition-text.ts';

/** How a flow came to its verdict. Texts hold values of policies and flows: whoever shows them makes them harmless. */
export interface Explanation {
  /** The same that {@link decide} gives. */
  readonly verdict: Verdict;
  /** Who sends the flow and how that is known: `10.8.1.4 belongs to alpha`. */
  readonly source: string;
  /** Whom the destination belongs to; null where it is no agent's. */
  readonly destination: string | null;
  /** Everything that was considered, in order, up to what decided. */
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep {
  /** `packet`: before any rule is asked. */
  readonly stage: Stage | 'packet';
  readonly effect: 'allow' | 'deny';
  /** Null for what stands in no clause. */
  readonly clause: string | null;
  readonly matched: boolean;
  /** The conditions that failed, in words; empty where it matched. */
  readonly failed: readonly string[];
  /** What more there is to say of a match; null where its effect says it all. */
  readonly note: string | null;
  /** True for exactly one step: the one that made the verdict. */
  readonly decided: boolean;
}

/**
 * Judges a flow and tells every step: each clause considered, with the conditions that kept it from matching.
 * The evaluator itself does the judging; nothing is decided twice.
 */
export function explain(
  ruleSet: RuleSet,
  flow: Flow,
  { registrations }: EvaluatorOptions = {},
): Explanation {
  const rules = parseRules(ruleSet, registrations);
  const considered: Considered[] = [];
  const verdict = judgeFlow(rules, flow, { listener: (one) => considered.push(one) });
  const decisive = decisiveOf(rules, flow, considered);
  const steps = considered.map((one) => toStep(one, one === decisive));
  return {
    verdict,
    source: sourceText(rules, flow),
    destination: destinationText(rules, flow),
    steps: decisive ? steps : [beforeAnyRule(verdict)],
  };
}

/** What let the flow in decides only where the sender has no say (rule D8). */
function decisiveOf(
  rules: ParsedRules,
  flow: Flow,
  considered: readonly Considered[],
): Considered | undefined {
  const isFromAgent = findSource(rules, flow).kind === 'agent';
  return considered.findLast(
    ({ stage, outcome }) => outcome && !(isFromAgent && stage === 'ingress'),
  );
}

function toStep(considered: Considered, decided: boolean): ExplainedStep {
  const { stage, role, clause, packet, match } = considered;
  const failed =
    clause && match === false
      ? failedConditions(clause, packet, role).map((one) => failureText(one, clause, packet, role))
      : [];
  return {
    stage,
    effect: role === 'deny' ? 'deny' : 'allow',
    clause: clause?.id ?? null,
    matched: match !== false,
    failed: match === false && !clause ? [impliedFailure(considered)] : failed,
    note: match === false ? null : noteOf(considered),
    decided,
  };
}

function noteOf(considered: Considered): string | null {
  const { stage, by, match, outcome, packet } = considered;
  if (match === 'lifted') return 'a guardrail that allows the address by CIDR lifts it';
  if (by === 'observer') return 'its guardrail is in audit: noted, decides nothing';
  if (stage === 'resolver') return `${addressText(considered)} is a resolver of the agent`;
  const reason = outcome?.reason;
  if (reason === 'would-deny') return `the agent is in audit: ${auditText(considered)}`;
  if (stage === 'quic') return 'a TLS clause allows the name: the client must fall back to TCP';
  if (stage === 'ingress-default' && !outcome) return 'nothing lets the flow in either';
  if (stage === 'default' && reason === 'sni-mismatch') {
    return `nothing allows it; the nearest clause fails by the server name ${packet.sni} alone`;
  }
  if (stage === 'default' && reason === 'sni-missing') {
    return 'nothing allows it; the nearest clause fails by the missing server name alone';
  }
  return reason === undefined || reason === 'allowed' || reason === 'denied'
    ? null
    : textOf(reason);
}

function auditText({ role, stage }: Considered): string {
  if (stage === 'quic') return 'allowed, though a TLS clause allows the name over TCP alone';
  if (stage === 'default') return 'allowed, though nothing allows it';
  if (stage === 'ingress-default') return 'allowed, though nothing lets it in';
  return role === 'deny' ? 'allowed all the same' : 'allowed, though its budget is spent';
}

function impliedFailure(considered: Considered): string {
  return considered.stage === 'resolver'
    ? `${addressText(considered)} is no resolver of the agent`
    : 'no TLS clause allows a learned name, or a udp clause allows the flow';
}

function addressText({ packet }: Considered): string {
  return packet.address ? formatAddress(packet.address) : 'the address';
}

function beforeAnyRule(verdict: Verdict): ExplainedStep {
  return {
    ...{ stage: 'packet', effect: 'deny', clause: null, matched: true, failed: [] },
    note: textOf(verdict.reason),
    decided: true,
  };
}

function textOf(reason: Verdict['reason']): string {
  return reasons.find(({ name }) => name === reason)?.text ?? reason;
}

function sourceText(rules: ParsedRules, flow: Flow): string {
  const source = findSource(rules, flow);
  const src = flow.src && formatAddress(flow.src);
  switch (source.kind) {
    case 'agent':
      return src === undefined
        ? `${source.agent.name}, by name`
        : `${src} belongs to ${source.agent.name}`;
    case 'elsewhere':
      return source.owner
        ? `${src} belongs to ${source.owner.name}, which another gateway carries`
        : `${src} belongs to no agent`;
    case 'spoofed':
      return `${src} does not belong to ${flow.agent}`;
    case 'unknown':
      return `there is no agent ${flow.agent ?? ''} that this gateway carries`;
  }
}

function destinationText(rules: ParsedRules, { dst }: Flow): string | null {
  const owner = rules.ownerOf(unwrapNat64(dst));
  return owner ? `${formatAddress(dst)} belongs to ${owner.name}` : null;
}
