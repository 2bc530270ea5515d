import type { RuleSet } from './rule-set.ts';

/** Something that is written and that the data plane of this version cannot enforce. */
export interface NotHeld {
  /** What states it: a clause (`AgentPolicy/a#crm`) or a document (`AgentPolicy/a`). */
  readonly subject: string;
  /** As code: `` `during` ``, ``protocol `tls` ``. */
  readonly what: string;
}

/**
 * What the data plane cannot hold. A gateway refuses rules that need any of it, so that never less is enforced than is
 * written. The language is held whole: something is here only while it grows ahead of the data plane.
 */
export function notHeld(_ruleSet: RuleSet): NotHeld[] {
  return [];
}
