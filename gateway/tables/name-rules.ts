import type { Decoded, structs } from '../layout/index.ts';
import type { NamePhases } from '../lower/index.ts';
import { nanoseconds } from './wire.ts';

type NameRule = Decoded<typeof structs.nameRule>;

/** A name's rule of now, and those of later times, which stand in a map under numbers of their own. */
export interface NameRuleChain {
  readonly first: NameRule;
  readonly later: readonly [number, NameRule][];
}

/** @param number gives out numbers for later rules, never the same twice */
export function nameRuleChain(
  phases: NamePhases,
  clause: (id: string | null) => number,
  number: () => number,
): NameRuleChain {
  const numbers = phases.map((_, i) => (i === 0 ? 0 : number()));
  const rules = phases.map((phase, i) => ({
    until: phase.until === null ? 0n : nanoseconds(phase.until),
    flags: phase.flags,
    clause: clause(phase.clause),
    noted: clause(phase.noted),
    later: numbers[i + 1] ?? 0,
  }));
  const [first = { until: 0n, flags: 0, clause: 0, noted: 0, later: 0 }, ...later] = rules;
  return { first, later: later.map((rule, i) => [numbers[i + 1] as number, rule]) };
}
