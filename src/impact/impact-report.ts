import { type CoverageLevel, coverageCounts, coverageOf } from '../analysis/index.ts';
import type { PolicyFile, PolicySet } from '../policy/index.ts';
import type { ReachReport } from '../reach/report/index.ts';
import { compile, type RuleSet } from '../rules/index.ts';
import type { RecordingSummary } from '../traffic/index.ts';
import { type AttentionItem, attentionItems } from './attention.ts';
import { type FileDiff, fileDiffs } from './file-diffs.ts';
import { type Headline, headlineOf } from './headline.ts';
import { placesIn } from './places.ts';
import { type DocumentChange, ruleChanges } from './rule-changes.ts';
import type { Simulation } from './simulation.ts';

/** Sound policies on one side of a change. */
export interface ReviewedPolicies {
  readonly policySet: PolicySet;
  /** What they compile to, if it is at hand. */
  readonly ruleSet?: RuleSet;
  readonly files: readonly PolicyFile[];
  /** The commit that they were read from. */
  readonly commit?: string;
}

export interface ImpactInput {
  readonly before: ReviewedPolicies;
  readonly after: ReviewedPolicies;
  readonly simulation: Simulation;
  /** What was replayed; absent where there was no recording. */
  readonly recording?: { readonly name: string; readonly summary: RecordingSummary };
  readonly reach: ReachReport | UntoldReach;
}

/** Why the exact change of reach is not told; ends a sentence. */
export interface UntoldReach {
  readonly untold: string;
}

/** All that a review says about a change of policies, as data. */
export interface ImpactReport {
  /** Whether there is anything to tell: another meaning of the policies, or another fate of a flow. */
  readonly hasImpact: boolean;
  readonly headline: Headline;
  readonly simulation: Simulation;
  readonly attention: readonly AttentionItem[];
  readonly ruleChanges: readonly DocumentChange[];
  /** How many clauses gateways enforce after the change, and how far. */
  readonly coverage: Readonly<Record<CoverageLevel, number>>;
  readonly fileDiffs: readonly FileDiff[];
  readonly commits: { readonly before: string | null; readonly after: string | null };
  readonly recording: ImpactInput['recording'] | null;
  /** Exactly what becomes reachable or unreachable, for whom and when. */
  readonly reach: ReachReport | UntoldReach;
}

/** Brings together what the edit says and what it does to recorded traffic. */
export function impactReport(input: ImpactInput): ImpactReport {
  const { before, after, simulation, recording, reach } = input;
  const rules = {
    before: before.ruleSet ?? compile(before.policySet),
    after: after.ruleSet ?? compile(after.policySet),
  };
  const changes = ruleChanges(rules.before, rules.after);
  const findPlace = placesIn(before.policySet, after.policySet);
  const { unchanged, undetermined, ...changed } = simulation.counts;
  const moved = Object.values(changed).some((number) => number > 0);
  return {
    hasImpact: changes.length > 0 || moved || ('diff' in reach && reach.diff.agents.length > 0),
    headline: headlineOf(simulation, changes.length > 0),
    simulation,
    attention: attentionItems(simulation, changes, findPlace),
    ruleChanges: changes,
    coverage: coverageCounts(coverageOf(after.policySet, rules.after)),
    fileDiffs: fileDiffs(before.files, after.files),
    commits: { before: before.commit ?? null, after: after.commit ?? null },
    recording: recording ?? null,
    reach,
  };
}
