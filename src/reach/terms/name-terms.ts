import type { NameNode, NameTree } from '../atoms/index.ts';
import type { NameTerms } from '../region.ts';
import {
  emptySet,
  holdsInt,
  type IntSet,
  intersect,
  interval,
  intervalsOf,
  subtract,
  union,
} from '../sets/index.ts';

/**
 * Classes of names as host patterns, of which the most specific decides.
 * @param ignored Classes that may be said or not, whichever is shorter.
 */
export function nameTerms(tree: NameTree, set: IntSet, ignored: IntSet = emptySet): NameTerms {
  const include: string[] = [];
  const except: string[] = [];
  const mark = (pattern: string, isIn: boolean) => (isIn ? include : except).push(pattern);
  const isIn = (id: number, otherwise: boolean) =>
    holdsInt(ignored, id) ? otherwise : holdsInt(set, id);
  const sayable = ignored.length === 0 ? set : union(set, ignored);
  const { root } = tree;
  const others = isIn(root.exact, false);
  if (others) mark('**', true);
  for (const child of unlike(root, others)) say(child, others, others);
  return { include, except };

  /** Nodes below with a class that is not as `inside` says: of thousands of names, those that are spoken of. */
  function unlike({ ordered, exact, end }: NameNode, inside: boolean): readonly NameNode[] {
    const classes = interval(exact + 1, end);
    return nodesIn(ordered, inside ? subtract(classes, sayable) : intersect(set, classes));
  }

  /** @param named What wider patterns say of the name itself, and `below` of those below it. */
  function say(node: NameNode, named: boolean, below: boolean): void {
    const { suffix, exact, ordered } = node;
    if (isIn(exact, named) !== named) mark(suffix, !named);
    const deep = isIn(exact + 2, below);
    if (deep !== below) mark(`**.${suffix}`, deep);
    const direct = isIn(exact + 1, deep);
    if (direct !== deep) mark(`*.${suffix}`, direct);
    const children = direct === deep ? unlike(node, deep) : ordered;
    for (const child of children) say(child, direct, deep);
  }
}

/** Nodes that have a class of the set; both ascending. */
function nodesIn(ordered: readonly NameNode[], set: IntSet): NameNode[] {
  const found: NameNode[] = [];
  let next = 0;
  for (const [start, end] of intervalsOf(set)) {
    let [low, high] = [next, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ordered[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    next = low;
    for (let node = ordered[next]; node && node.exact < end; node = ordered[next]) {
      found.push(node);
      next++;
    }
  }
  return found;
}

/** Whether the most specific of the patterns that a name lies in is an included one. */
export function nameIsIn({ include, except }: NameTerms, name: string): boolean {
  const included = new Set(include);
  const excepted = new Set(except);
  for (const pattern of patternsOf(name)) {
    if (included.has(pattern)) return true;
    if (excepted.has(pattern)) return false;
  }
  return false;
}

/** Every pattern that a name lies in, the most specific first. */
function* patternsOf(name: string): Generator<string> {
  yield name;
  let suffix = name;
  for (let dot = suffix.indexOf('.'); dot >= 0; dot = suffix.indexOf('.')) {
    const isParent = suffix.length === name.length;
    suffix = suffix.slice(dot + 1);
    if (isParent) yield `*.${suffix}`;
    yield `**.${suffix}`;
  }
  yield '**';
}
