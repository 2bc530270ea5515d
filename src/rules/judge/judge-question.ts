import { hostMatches } from '../../policy/index.ts';
import type { Question, Verdict } from '../flow.ts';
import type { Reason } from '../reasons.ts';
import { knownInstant } from './packet.ts';
import type { ParsedClause } from './parse-clause.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';
import { speakerOf } from './precedence.ts';
import { isWellFormedName } from './question-name.ts';
import { mayAsk, questionTypeCode } from './question-type.ts';
import { isUnconditional, mayAskInReverse } from './reverse-question.ts';
import { type Outcome, Settlement } from './settlement.ts';
import { isUnexpired } from './unexpired.ts';

/**
 * Judges a DNS question to one of the agent's resolvers by its name, whatever port, window or principal the clauses
 * state (rule N2). A question that passes names no clause: several may have admitted the name.
 */
export function judgeQuestion(rules: ParsedRules, { agent: name, ...question }: Question): Verdict {
  const agent = rules.agents.get(name);
  if (!agent || agent.isRemote) return refused('unknown-workload');
  const { mode } = agent;
  const asked = { name: question.name, at: knownInstant(question.at) };
  if (!isWellFormedName(asked.name)) return { ...refused('dns-malformed'), mode };
  const isReverse = questionTypeCode(question.type) === questionTypeCode('PTR');
  const mayBeAsked = isReverse
    ? mayAskInReverse(rules, agent, { ...asked, learned: question.names ?? [] })
    : mayAsk(question.type, () => isSpeltOut(agent, asked));
  if (!mayBeAsked) return { ...refused('dns-type'), mode };
  const outcome = isReverse ? boundReverseName(agent, asked) : decideName(agent, asked);
  return { ...outcome, clause: outcome.reason === 'allowed' ? null : outcome.clause, mode };
}

interface Asked {
  readonly name: string;
  readonly at: number | undefined;
}

/** The same precedence as for flows: what guardrails refuse, what the policy refuses, what either admits. */
function decideName(agent: ParsedAgent, asked: Asked): Outcome {
  const settlement = new Settlement(agent.mode);
  return (
    guardrailsRefuse(agent, asked, settlement) ??
    policyRefuses(agent, asked, settlement) ??
    someAdmit(agent, asked, settlement) ??
    settlement.refuse('dns-name', null)
  );
}

/** Of the name of an address only its length is left to judge: its address was. */
function boundReverseName(agent: ParsedAgent, { name }: Asked): Outcome {
  const settlement = new Settlement(agent.mode);
  return (
    guardrailsBound(agent, name, settlement) ?? policyBounds(agent, name, settlement) ?? passed
  );
}

function guardrailsBound({ longestName }: ParsedAgent, name: string, settlement: Settlement) {
  return name.length > longestName.guardrails
    ? settlement.deny('guardrail', 'dns-length', null)
    : undefined;
}

function policyBounds({ longestName }: ParsedAgent, name: string, settlement: Settlement) {
  return name.length > longestName.policy ? settlement.refuse('dns-length', null) : undefined;
}

function guardrailsRefuse(agent: ParsedAgent, { name }: Asked, settlement: Settlement) {
  const tooLong = guardrailsBound(agent, name, settlement);
  if (tooLong) return tooLong;
  for (const guardrail of agent.guardrails) {
    const by = speakerOf(guardrail);
    for (const clause of guardrail.deny) {
      const outcome = refuses(clause, name) && settlement.deny(by, 'denied', clause.id);
      if (outcome) return outcome;
    }
  }
  return undefined;
}

function policyRefuses(agent: ParsedAgent, { name }: Asked, settlement: Settlement) {
  const tooLong = policyBounds(agent, name, settlement);
  if (tooLong) return tooLong;
  const clause = agent.deny.find((one) => refuses(one, name));
  return clause && settlement.refuse('denied', clause.id);
}

function someAdmit(agent: ParsedAgent, asked: Asked, settlement: Settlement) {
  for (const guardrail of agent.guardrails) {
    const by = speakerOf(guardrail);
    for (const clause of guardrail.allow) {
      const outcome = admits(clause, asked) && settlement.allow(by, clause.id);
      if (outcome) return outcome;
    }
  }
  const clause = agent.allow.find((one) => admits(one, asked));
  return clause && settlement.allow('policy', clause.id);
}

function refuses(clause: ParsedClause, name: string): boolean {
  const { to } = clause;
  return to.kind === 'host' && isUnconditional(clause) && hostMatches(to.host, name);
}

function admits(clause: ParsedClause, { name, at }: Asked): boolean {
  const { to } = clause;
  return (
    isUnexpired(clause, at) &&
    (to.kind === 'any' || (to.kind === 'host' && hostMatches(to.host, name)))
  );
}

function isSpeltOut(agent: ParsedAgent, asked: Asked): boolean {
  const enforcing = agent.guardrails.filter(({ mode }) => mode === 'enforce');
  return [agent, ...enforcing].some(({ allow }) =>
    allow.some(
      (clause) =>
        clause.to.kind === 'host' && clause.to.host.match === 'exact' && admits(clause, asked),
    ),
  );
}

const passed = { decision: 'allow', reason: 'allowed', clause: null, noted: null } as const;

function refused(reason: Reason): Verdict {
  return { decision: 'deny', reason, clause: null, mode: 'enforce', noted: null };
}
