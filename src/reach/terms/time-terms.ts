import type { TimeClass, TimeClasses, TimeCondition } from '../atoms/index.ts';
import type { TimeCase, TimeTerms } from '../region.ts';
import { holdsInt, type IntSet } from '../sets/index.ts';

/** For each condition whether it must hold, must not, or (undefined) does not matter. */
type Cube = readonly (boolean | undefined)[];

/** Classes of instants in the terms of the windows and expiries that tell them apart. */
export function timeTerms(times: TimeClasses, set: IntSet): TimeTerms {
  const inside = times.classes.filter((_class, id) => holdsInt(set, id));
  return {
    cases: cubesOf(times, inside).map((cube) => caseOf(times.conditions, cube)),
    spans: joined(inside.flatMap(({ spans }) => spans)),
  };
}

/** Each class that is not said yet, with all conditions dropped that need not be named. */
function cubesOf({ classes, conditions }: TimeClasses, inside: readonly TimeClass[]): Cube[] {
  const wanted = new Set(inside);
  const outside = classes.filter((one) => !wanted.has(one));
  const lengths = conditions.map((_, i) => lengthOf(classes.filter(({ holds }) => holds[i])));
  const length = (i: number) => lengths[i] ?? 0;
  const cubes: Cube[] = [];
  for (const one of inside) {
    if (cubes.some((cube) => fits(cube, one))) continue;
    let cube: Cube = one.holds;
    // What does not hold is dropped first: “during office hours” says more than “not at night”. Then whatever says the
    // most, so that of a window inside of another the larger one is left.
    const order = [...one.holds.keys()].sort((a, b) => {
      const [holdsA, holdsB] = [one.holds[a] === true, one.holds[b] === true];
      if (holdsA !== holdsB) return Number(holdsA) - Number(holdsB);
      return holdsA ? length(a) - length(b) : length(b) - length(a);
    });
    for (const i of order) {
      const wider = cube.with(i, undefined);
      if (!outside.some((other) => fits(wider, other))) cube = wider;
    }
    cubes.push(cube);
  }
  return withoutRepeated(cubes, inside);
}

/** Without the cases whose classes the others hold all. */
function withoutRepeated(cubes: readonly Cube[], inside: readonly TimeClass[]): Cube[] {
  let left = [...cubes];
  for (const cube of cubes) {
    const others = left.filter((one) => one !== cube);
    if (inside.every((one) => others.some((other) => fits(other, one)))) left = others;
  }
  return left;
}

function lengthOf(classes: readonly TimeClass[]): number {
  const spans = classes.flatMap((one) => one.spans);
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

function fits(cube: Cube, { holds }: TimeClass): boolean {
  return cube.every((wanted, i) => wanted === undefined || wanted === holds[i]);
}

function caseOf(conditions: readonly TimeCondition[], cube: Cube): TimeCase {
  const during: TimeCase['during'][number][] = [];
  const outside: TimeCase['outside'][number][] = [];
  const days: { until?: string; after?: string } = {};
  for (const [i, condition] of conditions.entries()) {
    const wanted = cube[i];
    if (wanted === undefined) continue;
    if (condition.kind === 'window') (wanted ? during : outside).push(condition.window);
    else if (wanted) days.until = condition.day;
    else days.after = condition.day;
  }
  return { during, outside, ...days };
}

function joined(
  spans: readonly (readonly [start: number, end: number])[],
): (readonly [start: number, end: number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last?.[1] === start) last[1] = end;
    else result.push([start, end]);
  }
  return result;
}
