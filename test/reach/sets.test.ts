import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Box,
  covers,
  escapes,
  hit,
  holdsInt,
  type IntSet,
  intersect,
  noHits,
  overlaps,
  setOf,
  subtract,
  subtractBox,
  union,
} from '../../src/reach/sets/index.ts';
import { replay, runs } from '../kernel/runs.ts';

const universe = Array.from({ length: 12 }, (_, i) => i);
const set: fc.Arbitrary<IntSet> = fc
  .subarray(universe)
  .map((members) => setOf(members.map((one) => [one, one + 1] as const)));
const members = (one: IntSet) => universe.filter((value) => holdsInt(one, value));

test('sets of integers are what sets are', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      const [inA, inB] = [members(a), members(b)];
      expect(members(union(a, b))).toEqual(
        universe.filter((x) => inA.includes(x) || inB.includes(x)),
      );
      expect(members(intersect(a, b))).toEqual(inA.filter((x) => inB.includes(x)));
      expect(members(subtract(a, b))).toEqual(inA.filter((x) => !inB.includes(x)));
      expect(overlaps(a, b)).toBe(inA.some((x) => inB.includes(x)));
      expect(covers(a, b)).toBe(inB.every((x) => inA.includes(x)));
    }),
    replay(runs(500)),
  );
});

const few = fc
  .subarray([1, 2, 3], { minLength: 1 })
  .map((list) => setOf(list.map((one) => [one, one + 1] as const)));
const box: fc.Arbitrary<Box> = fc.record({
  peer: few,
  traffic: few,
  own: fc.constant([0, 1]),
  time: few,
  sni: few,
  names: fc.oneof(fc.constant(noHits), few.map(hit)),
  principals: fc.oneof(fc.constant(noHits), few.map(hit)),
});

/** A point: one value an axis, a set of names, and principals (0 alone: not known). */
interface Point {
  readonly axes: Readonly<Record<'peer' | 'traffic' | 'time' | 'sni', number>>;
  readonly names: readonly number[];
  readonly principals: readonly number[];
}
const value = fc.integer({ min: 1, max: 3 });
const point: fc.Arbitrary<Point> = fc.record({
  axes: fc.record({ peer: value, traffic: value, time: value, sni: value }),
  names: fc.subarray([1, 2, 3]),
  principals: fc.oneof(fc.subarray([1, 2, 3]), fc.constant([0])),
});

function isIn({ axes, names, principals }: Point, one: Box): boolean {
  const meets = (values: readonly number[], { need, avoid }: Box['names']) =>
    need.every((wanted) => values.some((x) => holdsInt(wanted, x))) &&
    !values.some((x) => holdsInt(avoid, x));
  return (
    (['peer', 'traffic', 'time', 'sni'] as const).every((axis) =>
      holdsInt(one[axis], axes[axis]),
    ) &&
    meets(names, one.names) &&
    meets(principals, one.principals)
  );
}

test('what is left of a box lies in one part each', () => {
  fc.assert(
    fc.property(
      box,
      box,
      fc.array(point, { minLength: 30, maxLength: 30 }),
      (whole, hole, points) => {
        const parts = subtractBox(whole, hole);
        for (const one of points) {
          const count = parts.filter((part) => isIn(one, part)).length;
          expect(count).toBe(isIn(one, whole) && !isIn(one, hole) ? 1 : 0);
        }
      },
    ),
    replay(runs(400)),
  );
});

test('a point escapes from some holes or none does', () => {
  const everyPoint = [1, 2, 3].flatMap((peer) =>
    [1, 2, 3].flatMap((sni) =>
      [[], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]].map(
        (names): Point => ({ axes: { peer, traffic: 1, time: 1, sni }, names, principals: [] }),
      ),
    ),
  );
  const flat = box.map(
    (one): Box => ({ ...one, traffic: [1, 2], time: [1, 2], principals: noHits }),
  );
  fc.assert(
    fc.property(flat, fc.array(flat, { maxLength: 6 }), (whole, holes) => {
      const isLeft = everyPoint.some(
        (one) => isIn(one, whole) && !holes.some((hole) => isIn(one, hole)),
      );
      expect(escapes(whole, holes)).toBe(isLeft);
    }),
    replay(runs(400)),
  );
});
