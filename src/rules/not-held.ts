import type { Clause, RuleSet } from './rule-set.ts';

/** Something that is written and that the data plane of this version cannot enforce. */
export interface NotHeld {
  /** The clause that states it: `AgentPolicy/a#crm`. */
  readonly subject: string;
  /** As code: `` `budget` ``, ``protocol `tls` ``. */
  readonly what: string;
}

/**
 * What the data plane cannot hold yet. A gateway refuses rules that need any of it, so that never less is enforced than
 * is written. What it does more strictly than written is not among it.
 */
export function notHeld(ruleSet: RuleSet): NotHeld[] {
  return [...ruleSet.agents, ...ruleSet.guardrails].flatMap(({ deny, allow }) =>
    [...deny, ...allow].flatMap(ofClause),
  );
}

function ofClause({ id, ...clause }: Clause): NotHeld[] {
  return clause.via === undefined ? [] : [{ subject: id, what: '`via`' }];
}
