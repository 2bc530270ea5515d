import type { Expected, Maps } from '../kernel/index.ts';
import type { CandidateList } from '../lower/index.ts';
import { clauseRecord } from './clause-record.ts';
import {
  type BlockNumbers,
  blockEntries,
  type RuleEntries,
  specialUseEntries,
} from './rule-entries.ts';

/** One map of any key and value, and what it must hold. */
export type ExpectedMap = {
  [N in keyof Maps]: Maps[N] extends { get(key: infer K): infer V }
    ? Expected<K, NonNullable<V>>
    : never;
}[keyof Maps];

/** What has been written of the rules in force. */
export interface WrittenRules extends BlockNumbers {
  readonly rulesets: readonly { readonly id: number; readonly entries: RuleEntries }[];
  readonly lists: Iterable<{ readonly list: CandidateList; readonly ids: readonly number[] }>;
  readonly clauses: Iterable<readonly [text: string, number: number]>;
  /** Entries of rules before these may still be there: they belong to other rulesets, and no agent has those. */
  readonly hasLeftovers: boolean;
}

/** The maps of rules as they must be now. */
export function expectedRules(maps: Maps, written: WrittenRules): ExpectedMap[] {
  const { rulesets, lists, hasLeftovers } = written;
  const ids = new Set([0, ...rulesets.map(({ id }) => id)]);
  const ofOthers = ({ ruleset }: { ruleset: number }) => hasLeftovers && !ids.has(ruleset);
  const all = function* <T>(pick: (entries: RuleEntries) => readonly T[]): Generator<T> {
    for (const { entries } of rulesets) yield* pick(entries);
  };
  const blocks = function* () {
    for (const { list, ids } of lists) {
      yield* blockEntries(list, ids, written);
    }
  };
  return [
    {
      map: maps.sp_rulesets,
      entries: rulesets.map(({ id, entries }) => [id, entries.ruleset] as const),
    },
    { map: maps.sp_prefixes, entries: all(({ prefixes }) => prefixes), mayHold: ofOthers },
    { map: maps.sp_peers, entries: all(({ peers }) => peers), mayHold: ofOthers },
    { map: maps.sp_suffixes, entries: all(({ suffixes }) => suffixes), mayHold: ofOthers },
    {
      map: maps.sp_trust,
      entries: [...specialUseEntries(), ...all(({ trust }) => trust)],
      mayHold: ofOthers,
    },
    {
      map: maps.sp_name_rules,
      entries: all(({ nameRules }) => nameRules),
      mayHold: () => hasLeftovers,
    },
    { map: maps.sp_blocks, entries: blocks(), mayHold: () => hasLeftovers },
    {
      map: maps.sp_clauses,
      entries: [...written.clauses].map(([text, number]) => [number, clauseRecord(text)] as const),
    },
  ];
}
