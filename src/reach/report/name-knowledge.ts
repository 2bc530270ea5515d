import type { NameTerms } from '../index.ts';

/** What the rules of both sides of a change say of names, beside the regions that differ. */
export interface NameKnowledge {
  /** Whether an agent can come to know any of these names for an address (rules N1, N2). */
  readonly canLearn: (agent: string, names: NameTerms) => boolean;
  /** Hosts that clauses deny to an agent before and after the change, as patterns. */
  readonly standingDenies: (agent: string) => ReadonlySet<string>;
}
