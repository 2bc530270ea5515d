import type { NameNode, NameTree } from '../atoms/index.ts';
import type { NameTerms } from '../region.ts';
import {
  covers,
  emptySet,
  holdsInt,
  type IntSet,
  interval,
  overlaps,
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
  /** Whether all classes of a node and those below are in, or (not `inside`) none: as what encloses them, mostly. */
  const isAll = ({ exact, end }: NameNode, inside: boolean) => {
    const range = interval(exact, end);
    return inside ? covers(sayable, range) : !overlaps(set, range);
  };
  const { root } = tree;
  const others = isIn(root.exact, false);
  if (others) mark('**', true);
  for (const child of root.children.values()) say(child, others, others);
  return { include, except };

  /** @param named What wider patterns say of the name itself, and `below` of those below it. */
  function say(node: NameNode, named: boolean, below: boolean): void {
    const { suffix, exact, children } = node;
    if (named === below && isAll(node, named)) return;
    if (isIn(exact, named) !== named) mark(suffix, !named);
    const deep = isIn(exact + 2, below);
    if (deep !== below) mark(`**.${suffix}`, deep);
    const direct = isIn(exact + 1, deep);
    if (direct !== deep) mark(`*.${suffix}`, direct);
    for (const child of children.values()) say(child, direct, deep);
  }
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
