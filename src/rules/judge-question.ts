import { hostMatches } from '../policy/index.ts';
import type { Question, Verdict } from './flow.ts';
import type { ParsedClause } from './match-clause.ts';
import { clausesOf, type Match } from './matches.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';
import { isWellFormedName } from './question-name.ts';
import { mayAsk } from './question-type.ts';
import type { Reason } from './reasons.ts';
import { settle } from './settle.ts';

/**
 * Judges a DNS question to one of the agent's resolvers by its name, whatever port the clauses state (rule N2). A
 * question that passes names no clause: several may have admitted the name.
 */
export function judgeQuestion(rules: ParsedRules, { agent: name, ...question }: Question): Verdict {
  const agent = rules.agents.get(name);
  if (!agent) return refused('unknown-workload');
  const { mode } = agent;
  if (!isWellFormedName(question.name)) return { ...refused('dns-malformed'), mode };
  if (!mayAsk(question.type, () => isSpeltOut(agent, question.name))) {
    return { ...refused('dns-type'), mode };
  }
  const outcome = settle(matchesInOrder(agent, question.name), mode, 'dns-name');
  return { ...outcome, clause: outcome.reason === 'allowed' ? null : outcome.clause, mode };
}

/** The same precedence as for flows. */
function* matchesInOrder(agent: ParsedAgent, name: string): Generator<Match> {
  for (const [clause, by] of clausesOf(agent.guardrails, 'deny')) {
    if (refuses(clause, name)) yield { effect: 'deny', clause: clause.id, by };
  }
  for (const clause of agent.deny) {
    if (refuses(clause, name)) yield { effect: 'deny', clause: clause.id, by: 'policy' };
  }
  for (const [clause, by] of clausesOf(agent.guardrails, 'allow')) {
    if (admits(clause, name)) yield { effect: 'allow', clause: clause.id, by };
  }
  for (const clause of agent.allow) {
    if (admits(clause, name)) yield { effect: 'allow', clause: clause.id, by: 'policy' };
  }
}

/** Only a deny of the whole host refuses its name; one of a single port leaves the others to be reached. */
function refuses({ to, protocol }: ParsedClause, name: string): boolean {
  return to.kind === 'host' && protocol === 'any' && hostMatches(to.host, name);
}

function admits({ to }: ParsedClause, name: string): boolean {
  return to.kind === 'any' || (to.kind === 'host' && hostMatches(to.host, name));
}

function isSpeltOut(agent: ParsedAgent, name: string): boolean {
  const enforcing = agent.guardrails.filter(({ mode }) => mode === 'enforce');
  return [agent, ...enforcing].some(({ allow }) =>
    allow.some(
      ({ to }) => to.kind === 'host' && to.host.match === 'exact' && to.host.suffix === name,
    ),
  );
}

function refused(reason: Reason): Verdict {
  return { decision: 'deny', reason, clause: null, mode: 'enforce', noted: null };
}
