export {
  AddressLine,
  addressAt,
  cidrOf,
  lineEnd,
  type Position,
  positionOf,
  positionsOf,
} from './address-line.ts';
export { type AtomSources, type Atoms, atomsOf } from './atoms.ts';
export { type NameNode, NameTree } from './name-tree.ts';
export { type Period, periodFrom } from './period.ts';
export { type TimeClass, TimeClasses, type TimeCondition, windowKey } from './time-classes.ts';
export {
  allTcp,
  allUdp,
  both,
  dnsPorts,
  icmpEcho,
  portsOf,
  rangesOf,
} from './traffic.ts';
