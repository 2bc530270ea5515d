import type { AgentRules, Clause, RuleSet } from './rule-set.ts';

/** Something that is written and that the data plane of this version cannot enforce. */
export interface NotHeld {
  /** What states it: a clause (`AgentPolicy/a#crm`) or a document (`AgentPolicy/a`). */
  readonly subject: string;
  /** As code: `` `during` ``, ``protocol `tls` ``. */
  readonly what: string;
}

/**
 * What the data plane cannot hold yet. A gateway refuses rules that need any of it, so that never less is enforced than
 * is written. What it does more strictly than written is not among it.
 */
export function notHeld(ruleSet: RuleSet): NotHeld[] {
  return [
    ...ruleSet.agents.flatMap(ofAgent),
    ...ruleSet.guardrails.flatMap(({ deny, allow }) => [...deny, ...allow].flatMap(ofClause)),
  ];
}

function ofAgent(agent: AgentRules): NotHeld[] {
  const subject = `AgentPolicy/${agent.name}`;
  const fields: [boolean, string][] = [
    [Object.keys(agent.gateways).length > 0 || agent.remote === true, '`gateways`'],
  ];
  return [
    ...fields.flatMap(([used, what]) => (used ? [{ subject, what }] : [])),
    ...[...agent.deny, ...agent.allow].flatMap(ofClause),
  ];
}

function ofClause({ id, protocol, ...clause }: Clause): NotHeld[] {
  const conditions = (['budget', 'via'] as const).filter((field) => clause[field] !== undefined);
  const fields = [
    ...conditions.map((field) => `\`${field}\``),
    ...(protocol === 'tls' ? ['protocol `tls`'] : []),
  ];
  return fields.map((what) => ({ subject: id, what }));
}
