import { days, type Window } from '../../policy/index.ts';
import type { TimeCase } from '../index.ts';

type Span = readonly [start: number, end: number];

const day = 1440;
const week = 7 * day;

/**
 * The same times in fewer windows, where all of them go by one clock: a window that another cuts short is told as what
 * is left of it. Windows hold by the clock’s day and time alone (rule K5), so weeks of minutes tell them apart.
 */
export function simplerCases(cases: readonly TimeCase[]): readonly TimeCase[] {
  const zones = new Set(
    cases.flatMap(({ during, outside }) => [...during, ...outside].map((one) => one.timezone)),
  );
  const [timezone, ...others] = zones;
  const isPlain = cases.every(
    ({ during, until, after }) => during.length > 0 && until === undefined && after === undefined,
  );
  if (timezone === undefined || others.length > 0 || !isPlain) return cases;
  const windows = windowsOf(cases.flatMap(minutesOf), timezone);
  const said = cases.reduce((sum, one) => sum + one.during.length + one.outside.length, 0);
  if (windows === undefined || windows.length === 0 || windows.length > said) return cases;
  return windows.map((window) => ({ during: [window], outside: [] }));
}

function minutesOf({ during, outside }: TimeCase): Span[] {
  const [first = [], ...others] = during.map(spansOf);
  const both = others.reduce((left, spans) => overlap(left, spans), first);
  return outside.map(spansOf).reduce((left, spans) => overlap(left, gapsOf(spans)), both);
}

/** In minutes of the week from Monday; what runs into Monday is cut there. */
function spansOf({ days: on, from, to }: Window): Span[] {
  const spans = on.flatMap((name): Span[] => {
    const start = days.indexOf(name) * day + from;
    const end = days.indexOf(name) * day + (to < from ? to + day : to);
    return end > week
      ? [
          [start, week],
          [0, end - week],
        ]
      : [[start, end]];
  });
  return joined(spans);
}

function joined(spans: readonly Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && last[1] >= start) last[1] = Math.max(last[1], end);
    else if (end > start) result.push([start, end]);
  }
  return result;
}

function overlap(one: readonly Span[], other: readonly Span[]): Span[] {
  const parts = one.flatMap(([start, end]) =>
    other.map(([from, to]): Span => [Math.max(start, from), Math.min(end, to)]),
  );
  return joined(parts.filter(([start, end]) => start < end));
}

function gapsOf(spans: readonly Span[]): Span[] {
  const starts = [0, ...spans.map(([, end]) => end)];
  const ends = [...spans.map(([start]) => start), week];
  return starts.map((start, i): Span => [start, ends[i] ?? week]).filter(([a, b]) => a < b);
}

/** Undefined where a stretch is longer than a window can be. */
function windowsOf(parts: readonly Span[], timezone: string): Window[] | undefined {
  const spans = joined(parts);
  const [first, last] = [spans[0], spans.at(-1)];
  // What was cut between Sunday and Monday is one again.
  if (first && last && first !== last && first[0] === 0 && last[1] === week) {
    spans.splice(0, 1);
    spans.splice(-1, 1, [last[0], week + first[1]]);
  }
  if (
    spans.some(([start, end]) => end - start >= day && !(start % day === 0 && end - start === day))
  )
    return undefined;
  const groups = Map.groupBy(spans, ([start, end]) => `${start % day}-${end - start}`);
  return [...groups.values()].map((group) => {
    const [start, end] = group[0] as Span;
    const from = start % day;
    const until = from + end - start;
    const on = new Set(group.map((span) => Math.floor(span[0] / day)));
    return {
      days: days.filter((_, i) => on.has(i)),
      from,
      to: until > day ? until - day : until,
      timezone,
    };
  });
}
