/**
 * A host as a clause names it (rule K4). `exact`: that name alone; `one`: `*.suffix`, exactly one more label;
 * `many`: `**.suffix`, one or more. Never the apex. Suffix pairs are therefore nested or disjoint.
 */
export interface HostPattern {
  readonly match: 'exact' | 'one' | 'many';
  /** Lower-case A-labels, without wildcard and trailing dot. */
  readonly suffix: string;
}
