import { type Axis, axes, type Box, type Hits, type IntSet, union } from '../sets/index.ts';

/** Fewer boxes of the same points: those that differ in one axis only become one. Disjoint boxes stay disjoint. */
export function mergeBoxes(boxes: readonly Box[]): Box[] {
  let merged = [...boxes];
  for (let before = Number.POSITIVE_INFINITY; merged.length < before; ) {
    before = merged.length;
    for (const axis of axes) merged = mergeAlong(axis, merged);
  }
  return merged;
}

function mergeAlong(axis: Axis, boxes: readonly Box[]): Box[] {
  if (boxes.length < 2) return [...boxes];
  const groups = new Map<string, Box>();
  for (const box of boxes) {
    const key = keyBeside(axis, box);
    const known = groups.get(key);
    groups.set(key, known ? { ...known, [axis]: union(known[axis], box[axis]) } : box);
  }
  return [...groups.values()];
}

function keyBeside(axis: Axis, box: Box): string {
  const parts = axes.filter((one) => one !== axis).map((one) => text(box[one]));
  return [...parts, hitsText(box.names), hitsText(box.principals)].join('|');
}

const texts = new WeakMap<IntSet, string>();

/** Sets are compared along every axis, and the same ones stand in many boxes. */
function text(set: IntSet): string {
  const known = texts.get(set);
  if (known !== undefined) return known;
  const joined = set.join();
  texts.set(set, joined);
  return joined;
}

function hitsText({ need, avoid }: Hits): string {
  return `${need.map(text).join('&')}!${text(avoid)}`;
}
