import type { RuleSet } from '../rules/index.ts';

/** What the signature covers besides the rules themselves. */
export interface BundleCustom {
  /** Counts the publications of a group; strictly increases. */
  readonly seq: number;
  /** The commit of the policy repository that the rules were compiled from, in hex. */
  readonly commit: string;
  readonly pullRequest: number | null;
  /** Program and version that compiled the rules. */
  readonly compiler: string;
  /** That the group carries. */
  readonly agents: number;
  /** Of these and of guardrails, the built-in one left out. */
  readonly clauses: number;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

/** Rules for the gateways of one group, verified. */
export interface Bundle {
  readonly group: string;
  readonly ruleSet: RuleSet;
  /** SHA-256 of the rules in canonical JSON, in hex: see {@link ruleSetDigest}. */
  readonly digest: string;
  readonly custom: BundleCustom;
}
