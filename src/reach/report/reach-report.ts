import { type VersionBump, versionBumps, writtenClauses } from '../../analysis/index.ts';
import type { PolicySet, Position } from '../../policy/index.ts';
import { compile, type RuleSet } from '../../rules/index.ts';
import { diffReach, type ReachDiff } from '../index.ts';
import { type RuleKnowledge, ruleKnowledge } from './rule-knowledge.ts';

/** A line of a policy file, as it stands before or after the change. */
export interface Place {
  readonly side: 'before' | 'after';
  /** Relative to the policy folder, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What a change of policies does to the reach of every agent, with everything that a renderer needs. */
export interface ReachReport {
  readonly diff: ReachDiff;
  readonly bumps: readonly VersionBump[];
  /** What tells usual flows from coincidences. */
  readonly rules: RuleKnowledge;
  /** Where a clause (`AgentPolicy/a#crm`) is written on a side; undefined for what is built in. */
  readonly placeOf: (side: Place['side'], clause: string) => Place | undefined;
}

export interface ReportedPolicies {
  readonly policySet: PolicySet;
  /** What it compiles to, if it is at hand. */
  readonly ruleSet?: RuleSet;
}

/**
 * Compares the reach of every agent before and after a change, exactly, and asks which version bumps it calls for.
 * @param from milliseconds since 1970, UTC: decisions are compared over the 366 days from there
 */
export function reachReport(
  before: ReportedPolicies,
  after: ReportedPolicies,
  { from }: { readonly from: number },
): ReachReport {
  const ruleSet = before.ruleSet ?? compile(before.policySet);
  const newRuleSet = after.ruleSet ?? compile(after.policySet);
  const places = {
    before: placesIn(before.policySet),
    after: placesIn(after.policySet),
  };
  const diff = diffReach(ruleSet, newRuleSet, { from });
  const { verdict } = diff;
  return {
    diff,
    bumps: versionBumps(before.policySet, after.policySet, { from, ruleSet, verdict }),
    rules: ruleKnowledge(ruleSet, newRuleSet),
    placeOf(side, clause) {
      const position = places[side].get(clause);
      return position && { side, file: position.file, line: position.line };
    },
  };
}

function placesIn(policySet: PolicySet): ReadonlyMap<string, Position> {
  return new Map(writtenClauses(policySet).map(({ fullId, position }) => [fullId, position]));
}
