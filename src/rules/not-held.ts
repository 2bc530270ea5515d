import type { AgentRules, GuardrailRules, RuleSet } from './rule-set.ts';

/** Something that is written and that the data plane of this version cannot enforce. */
export interface NotHeld {
  /** What states it: a clause (`AgentPolicy/a#crm`) or a document (`AgentPolicy/a`). */
  readonly subject: string;
  /** As code: `` `during` ``, ``protocol `tls` ``. */
  readonly what: string;
}

/**
 * What the data plane cannot hold yet. A gateway refuses rules that need any of it, so that never less is enforced than
 * is written. What it does more strictly than written (a refused DNS question gets no answer) is not among it.
 */
export function notHeld(ruleSet: RuleSet): NotHeld[] {
  return [
    ...ruleSet.agents.flatMap(ofAgent),
    ...ruleSet.guardrails.flatMap(({ dns, name }) => [...bounds(`Guardrail/${name}`, dns)]),
  ];
}

function ofAgent(agent: AgentRules): NotHeld[] {
  const subject = `AgentPolicy/${agent.name}`;
  const fields: [boolean, string][] = [
    [agent.onDeny === 'reject', '`onDeny: reject`'],
    [agent.dns.onDeny === 'refused', '`dns.onDeny: refused`'],
  ];
  return [
    ...fields.flatMap(([used, what]) => (used ? [{ subject, what }] : [])),
    ...bounds(subject, agent.dns),
  ];
}

function bounds(subject: string, dns: GuardrailRules['dns']): NotHeld[] {
  return dns.maxQueriesPerMinute === undefined
    ? []
    : [{ subject, what: '`dns.maxQueriesPerMinute`' }];
}
