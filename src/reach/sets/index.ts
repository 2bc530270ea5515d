export {
  type Axis,
  axes,
  type Box,
  coversBut,
  intersectBoxes,
  mayMeet,
  subtractBox,
  subtractBoxes,
} from './box.ts';
export { escapes, escaping } from './escapes.ts';
export {
  alwaysHits,
  avoidHits,
  type Hits,
  hit,
  noHits,
  unknownAtom,
} from './hits.ts';
export {
  covers,
  emptySet,
  holdsInt,
  type IntSet,
  intersect,
  interval,
  intervalsOf,
  overlaps,
  sameSet,
  setOf,
  subtract,
  union,
  unionOf,
} from './int-set.ts';
