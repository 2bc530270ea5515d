import type { Address } from '../policy/index.ts';
import type { Deciding } from './reach-diff.ts';
import type { Region } from './region.ts';

/** What an agent can touch over a span of time. */
export interface Reach {
  readonly agent: string;
  readonly from: number;
  readonly until: number;
  /** By clause, in the order in which they are judged. */
  readonly grants: readonly Grant[];
}

/**
 * What one clause lets through. Regions of different grants may overlap: what two clauses allow stands under both. A
 * budget is taken as not spent.
 */
export interface Grant {
  readonly direction: 'egress' | 'ingress';
  /** `clause` is null for what is implied: DNS to resolvers, and what audit mode lets pass. */
  readonly deciding: Deciding;
  /** Name, bytes and period of the budget that the clause counts against. */
  readonly budget?: { readonly name: string; readonly bytes: number; readonly per: string };
  readonly regions: readonly Region[];
}

/** What is asked after: an address, or a host name that is learned and named in the SNI. */
export type ReachTarget = { readonly address: Address } | { readonly name: string };

/** An agent that can reach a target, and how. */
export interface Reacher {
  readonly agent: string;
  readonly grants: readonly Grant[];
}

/** A clause that decides nothing within the span asked about. */
export interface IdleClause {
  readonly clause: string;
  /** `shadowed`: others always decide first; `expired` before the span; `empty`: `except` leaves nothing. */
  readonly why: 'shadowed' | 'expired' | 'empty';
  /** The clauses that take its place. */
  readonly by: readonly string[];
}

export interface ReachOptions {
  /** Milliseconds since 1970, UTC; decisions are looked at over the 366 days from there. */
  readonly from: number;
}
