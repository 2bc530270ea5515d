import { type CoverageLevel, coverageCounts, coverageOf } from '../analysis/index.ts';
import type { PolicyFile, PolicySet } from '../policy/index.ts';
import { compile } from '../rules/index.ts';
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
}

/** Brings together what the edit says and what it does to recorded traffic. */
export function impactReport(input: ImpactInput): ImpactReport {
  const { before, after, simulation, recording } = input;
  const rules = { before: compile(before.policySet), after: compile(after.policySet) };
  const changes = ruleChanges(rules.before, rules.after);
  const findPlace = placesIn(before.policySet, after.policySet);
  const { unchanged, undetermined, ...changed } = simulation.counts;
  const moved = Object.values(changed).some((number) => number > 0);
  return {
    hasImpact: changes.length > 0 || moved,
    headline: headlineOf(simulation, changes.length > 0),
    simulation,
    attention: attentionItems(simulation, changes, findPlace),
    ruleChanges: changes,
    coverage: coverageCounts(coverageOf(after.policySet, rules.after)),
    fileDiffs: fileDiffs(before.files, after.files),
    commits: { before: before.commit ?? null, after: after.commit ?? null },
    recording: recording ?? null,
  };
}
