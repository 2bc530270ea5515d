import type { Reason } from '../rules/index.ts';
import type { NameTerms, Region, TimeTerms } from './region.ts';

/** What a change does to what agents may do; `both`: it narrows here and widens there. */
export type ReachVerdict = 'equivalent' | 'narrows' | 'widens' | 'both';

/** The exact difference of two RuleSets over a span of time. */
export interface ReachDiff {
  readonly verdict: ReachVerdict;
  /** Milliseconds since 1970, UTC: decisions are compared in [from, until). */
  readonly from: number;
  readonly until: number;
  /** By name, those that differ in anything. */
  readonly agents: readonly AgentReachDiff[];
}

export interface AgentReachDiff {
  readonly agent: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly verdict: ReachVerdict;
  /**
   * Of flows whose source is the agent before and after (`egress`), or that come from an address of no agent to one
   * that is the agent's before and after (`ingress`): the decision differs iff the flow lies in one of the regions, and
   * it lies in one only.
   */
  readonly flows: readonly ReachChange[];
  /** DNS questions whose decision differs, alike. */
  readonly questions: readonly QuestionChange[];
  readonly sources: SourceChange;
  readonly handling: readonly HandlingChange[];
}

export interface ReachChange {
  readonly direction: 'egress' | 'ingress';
  readonly change: 'reachable' | 'unreachable';
  readonly before: Deciding;
  readonly after: Deciding;
  /** Disjoint, at least one. */
  readonly regions: readonly Region[];
}

/** How the evaluator decides on every point of a region. */
export interface Deciding {
  readonly decision: 'allow' | 'deny';
  readonly reason: Reason;
  readonly clause: string | null;
}

export interface QuestionChange {
  readonly change: 'askable' | 'refused';
  readonly before: Deciding;
  readonly after: Deciding;
  readonly regions: readonly QuestionRegion[];
}

/** A product of conditions on DNS questions, like {@link Region}. */
export interface QuestionRegion {
  readonly names: NameTerms;
  /** `address`: A, AAAA, CNAME, SRV; `text`: TXT, MX; `any`: all of these. */
  readonly types: 'any' | 'address' | 'text';
  /** Characters of the name without trailing dot, both included. Absent: any length. */
  readonly length?: { readonly from: number; readonly to: number };
  readonly time?: TimeTerms;
}

/** How the agent is recognised, where that differs; who is no longer the agent loses all that it may do. */
export interface SourceChange {
  /** CIDRs that are the agent after and not before, and the other way round. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Present where the labels that a workload registers with differ. */
  readonly selector?: {
    readonly before: Readonly<Record<string, string>>;
    readonly after: Readonly<Record<string, string>>;
  };
}

/** Something that differs without changing the decision on any flow or question. */
export interface HandlingChange {
  /** The field: `via`, `onDeny`, `dns.onDeny`, `identity`, `gateways`, `mode`, `budget`, `dns.maxQueriesPerMinute`,
   * `dns.reverse` (addresses whose names may be asked for), `trusted`. */
  readonly what: string;
  /** The clause whose field it is; `null`: the agent's (or its guardrails' together). */
  readonly clause: string | null;
  /** As text; `null`: absent. */
  readonly before: string | null;
  readonly after: string | null;
  /** Present where it counts for the verdict all the same: a lower rate narrows. */
  readonly verdict?: Exclude<ReachVerdict, 'equivalent'>;
}
