import type { Window } from '../../policy/index.ts';
import { expiryInstant, windowSpans } from '../../rules/index.ts';
import { type IntSet, interval, setOf } from '../sets/index.ts';

type Span = readonly [start: number, end: number];

/** Instants that all windows and expiries treat alike. */
export interface TimeClass {
  /** For each of {@link TimeClasses.conditions} whether it holds. */
  readonly holds: readonly boolean[];
  readonly spans: readonly Span[];
}

/** Something that holds at some instants and not at others. */
export type TimeCondition =
  | { readonly kind: 'window'; readonly window: Window }
  | { readonly kind: 'expires'; readonly day: string };

/** A span of time, told apart as far as some windows and expiries do: a class of instants is an integer. */
export class TimeClasses {
  readonly conditions: readonly TimeCondition[];
  readonly classes: readonly TimeClass[];
  readonly #sets = new Map<string, IntSet>();

  /** Decisions are looked at in [from, until), milliseconds since 1970, UTC. */
  constructor(from: number, until: number, windows: Iterable<Window>, expiries: Iterable<string>) {
    const byKey = new Map<string, TimeCondition>();
    for (const day of new Set(expiries)) byKey.set(day, { kind: 'expires', day });
    for (const window of windows) byKey.set(windowKey(window), { kind: 'window', window });
    this.conditions = [...byKey.values()];
    this.classes = classesOf(this.conditions, from, until);
    for (const [i, key] of [...byKey.keys()].entries()) {
      const inside = [...this.classes.entries()].filter(([, { holds }]) => holds[i]);
      this.#sets.set(key, setOf(inside.map(([id]) => [id, id + 1] as const)));
    }
  }

  get everything(): IntSet {
    return interval(0, this.classes.length);
  }

  window(window: Window): IntSet {
    return this.#sets.get(windowKey(window)) ?? this.everything;
  }

  until(day: string): IntSet {
    return this.#sets.get(day) ?? this.everything;
  }
}

export function windowKey({ days, from, to, timezone }: Window): string {
  return `${timezone} ${from}-${to} ${days.join()}`;
}

function spansOf(condition: TimeCondition, from: number, until: number): readonly Span[] {
  if (condition.kind === 'window') return windowSpans(condition.window, from, until);
  const end = Math.min(expiryInstant(condition.day), until);
  return from < end ? [[from, end]] : [];
}

function classesOf(
  conditions: readonly TimeCondition[],
  from: number,
  until: number,
): readonly TimeClass[] {
  const turns: [at: number, condition: number][] = [];
  for (const [i, condition] of conditions.entries()) {
    for (const [start, end] of spansOf(condition, from, until)) turns.push([start, i], [end, i]);
  }
  turns.sort((a, b) => a[0] - b[0]);
  const holds = conditions.map(() => false);
  const classes = new Map<string, { holds: boolean[]; spans: Span[] }>();
  let start = from;
  const close = (end: number) => {
    if (start >= end) return;
    const key = holds.map(Number).join('');
    const known = classes.get(key);
    if (known) known.spans.push([start, end]);
    else classes.set(key, { holds: [...holds], spans: [[start, end]] });
    start = end;
  };
  for (const [at, condition] of turns) {
    close(at);
    holds[condition] = !holds[condition];
  }
  close(until);
  return [...classes.values()];
}
