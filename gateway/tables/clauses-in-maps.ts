import type { Maps } from '../kernel/index.ts';

/** Numbers of the clauses that rules in the maps refer to. */
export function clausesInMaps({ sp_blocks, sp_suffixes, sp_name_rules }: Maps): Set<number> {
  const used = new Set<number>();
  for (const [, { candidates }] of sp_blocks.entries()) {
    for (const { clause } of candidates) used.add(clause);
  }
  const named = [
    ...[...sp_suffixes.entries()].flatMap(([, { name_rule }]) => name_rule),
    ...[...sp_name_rules.entries()].map(([, rule]) => rule),
  ];
  for (const { clause, noted } of named) used.add(clause).add(noted);
  return used;
}
