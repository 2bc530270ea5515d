import type { Expected, Maps, PackedEntries } from '../kernel/index.ts';
import { type RuleEntries, specialUseEntries } from './rule-entries.ts';

/** One map of any key and value, and what it must hold. */
export type ExpectedMap = {
  [N in keyof Maps]: Maps[N] extends { get(key: infer K): infer V }
    ? Expected<K, NonNullable<V>>
    : never;
}[keyof Maps];

/** What has been written of the rules in force. */
export interface WrittenRules {
  readonly rulesets: readonly { readonly id: number; readonly entries: RuleEntries }[];
  readonly blocks: Iterable<PackedEntries>;
  readonly clauses: Iterable<PackedEntries>;
  /** Entries of rules before these may still be there: they belong to other rulesets, and no agent has those. */
  readonly hasLeftovers: boolean;
}

/** The maps of rules as they must be now. */
export function expectedRules(maps: Maps, written: WrittenRules): ExpectedMap[] {
  const { rulesets, blocks, clauses, hasLeftovers } = written;
  const ids = new Set([0, ...rulesets.map(({ id }) => id)]);
  const ofOthers = ({ ruleset }: { ruleset: number }) => hasLeftovers && !ids.has(ruleset);
  const all = (pick: (entries: RuleEntries) => PackedEntries) =>
    rulesets.map(({ entries }) => pick(entries));
  return [
    {
      map: maps.sp_rulesets,
      entries: rulesets.map(({ id, entries }) => [id, entries.ruleset] as const),
    },
    { map: maps.sp_prefixes, packed: all(({ prefixes }) => prefixes), mayHold: ofOthers },
    { map: maps.sp_peers, packed: all(({ peers }) => peers), mayHold: ofOthers },
    { map: maps.sp_suffixes, packed: all(({ suffixes }) => suffixes), mayHold: ofOthers },
    {
      map: maps.sp_trust,
      entries: specialUseEntries(),
      packed: all(({ trust }) => trust),
      mayHold: ofOthers,
    },
    {
      map: maps.sp_name_rules,
      packed: all(({ nameRules }) => nameRules),
      mayHold: () => hasLeftovers,
    },
    { map: maps.sp_blocks, packed: blocks, mayHold: () => hasLeftovers },
    { map: maps.sp_clauses, packed: clauses },
  ];
}
