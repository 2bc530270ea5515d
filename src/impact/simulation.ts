import type { Verdict } from '../rules/index.ts';
import type { RecordedFlow } from '../traffic/index.ts';
import type { Unrecorded } from './unrecorded/index.ts';

/**
 * What a change of rules does to a flow. `would-deny` is an agent in audit: nothing is dropped, but what enforcing would
 * drop is reported. `undetermined`: the answer depends on what was not recorded.
 */
export type ChangeKind =
  | 'newlyAllowed'
  | 'newlyDenied'
  | 'newlyWouldDeny'
  | 'noLongerWouldDeny'
  | 'undetermined';

/** In the order in which they are reported. */
export const changeKinds: readonly ChangeKind[] = [
  'newlyDenied',
  'newlyAllowed',
  'newlyWouldDeny',
  'noLongerWouldDeny',
  'undetermined',
];

/** Numbers of flows. */
export type Counts = Readonly<Record<ChangeKind | 'unchanged', number>>;

/** What recorded flows would have met under the rules before and after a change. */
export interface Simulation {
  /** Flows that were judged; the sum of {@link counts}. */
  readonly flows: number;
  readonly counts: Counts;
  /** Of the unchanged ones: decided alike, but by another clause or for another reason. */
  readonly otherClause: number;
  /** Of those judged: the rules before decide otherwise than the gateway did, which had other rules then. */
  readonly recordedOtherwise: number;
  /** Not judged: packets that are refused whatever the rules say (malformed, spoofed, of no known connection, …). */
  readonly beyondRules: number;
  /** Not judged: sent by agents that neither side knows, from addresses that are no agent's. At most 100 names. */
  readonly unknownAgents: readonly { readonly agent: string; readonly flows: number }[];
  /** All of those, with names that are not listed. */
  readonly unknownAgentFlows: number;
  /** Times of the earliest and the latest flow that was read, ISO 8601. */
  readonly from: string | null;
  readonly to: string | null;
  /** Every agent with flows, by name. */
  readonly agents: readonly AgentImpact[];
}

export interface AgentImpact {
  /** The sender, or the receiver of flows from elsewhere; `null` where the address is no agent's on either side. */
  readonly agent: string | null;
  readonly counts: Counts;
  /** By kind, then the most flows first. */
  readonly changes: readonly Change[];
  /** Changed flows to destinations beyond those listed. */
  readonly unlisted: number;
}

/** Flows of one agent to one destination whose outcome changes in the same way. */
export interface Change {
  readonly kind: ChangeKind;
  readonly destination: ChangedDestination;
  /** `null` where undetermined. */
  readonly before: Outcome | null;
  readonly after: Outcome | null;
  /** Something that was not recorded and that makes the difference; `null` unless undetermined. */
  readonly dependsOn: Unrecorded | null;
  readonly flows: number;
  /** The first few as they were recorded. */
  readonly examples: readonly RecordedFlow[];
}

export interface ChangedDestination {
  /** The name where the agent had learned one: a service behind many addresses is one destination. */
  readonly host: string;
  readonly protocol: RecordedFlow['protocol'];
  readonly port: number | null;
}

export type Outcome = Pick<Verdict, 'decision' | 'reason' | 'clause'>;
