import type { Window } from '../policy/index.ts';
import { type Clause, expiryInstant, type RuleSet, windowSpans } from '../rules/index.ts';

interface Stretch {
  readonly end: number;
  readonly number: number;
}

const dayMs = 86_400_000;
/** A recording comes nearly in order: few days are asked for at a time. */
const mostDays = 64;

/** Tells times apart by what rules can make of them: of two in one class, no window and no expiry is between. */
export class TimeClasses {
  readonly #windows: readonly Window[];
  readonly #expiries: readonly number[];
  readonly #days = new Map<number, readonly Stretch[]>();
  #count = 0;

  constructor(ruleSets: readonly RuleSet[]) {
    const clauses = ruleSets.flatMap(clausesOf);
    const windows = clauses.flatMap(({ during }) => during ?? []);
    this.#windows = [...new Map(windows.map((one) => [JSON.stringify(one), one])).values()];
    const expiries = clauses.flatMap(({ expires }) => expires ?? []);
    this.#expiries = [...new Set(expiries)].map(expiryInstant);
  }

  /**
   * @param at RFC 3339, UTC
   * @returns The number of its class; 0 where no rule looks at the clock.
   */
  classOf(at: string): number {
    if (this.#windows.length === 0 && this.#expiries.length === 0) return 0;
    const instant = Date.parse(at);
    const day = Math.floor(instant / dayMs);
    const stretches = this.#days.get(day) ?? this.#lookUp(day);
    return stretches.find(({ end }) => instant < end)?.number ?? 0;
  }

  #lookUp(day: number): readonly Stretch[] {
    if (this.#days.size >= mostDays) this.#days.clear();
    const [from, until] = [day * dayMs, (day + 1) * dayMs];
    const edges = [
      ...this.#windows.flatMap((window) => windowSpans(window, from, until).flat()),
      ...this.#expiries.filter((instant) => from < instant && instant < until),
      until,
    ];
    const ends = [...new Set(edges)].filter((edge) => edge > from).toSorted((a, b) => a - b);
    const stretches = ends.map((end) => ({ end, number: ++this.#count }));
    this.#days.set(day, stretches);
    return stretches;
  }
}

type Timed = Pick<Clause, 'during' | 'expires'>;

function clausesOf({ agents, guardrails }: RuleSet): Timed[] {
  return [
    ...agents.flatMap(({ deny, allow, ingress }) => [...deny, ...allow, ...ingress]),
    ...guardrails.flatMap(({ deny, allow }) => [...deny, ...allow]),
  ];
}
