import { formatHostPattern, type HostPattern } from '../../policy/index.ts';
import { type IntSet, interval, setOf } from '../sets/index.ts';

interface Node {
  readonly suffix: string;
  readonly children: Map<string, Node>;
  /** The same by number, ascending. */
  readonly ordered: Node[];
  /**
   * The name itself; one more is “one label more, and none that is spoken of”, two more “a name below those”. The
   * children follow, up to `end`.
   */
  exact: number;
  end: number;
}

/**
 * All host names, told apart as far as some patterns do (rule K4): a class of names is an integer. Classes below a
 * suffix are neighbours, because patterns are nested or disjoint. Class 0 is every name under none of the suffixes.
 */
export class NameTree {
  readonly #root: Node = newNode('');
  readonly #nodes = new Map<string, Node>([['', this.#root]]);
  readonly #sets = new Map<string, IntSet>();
  readonly size: number;

  constructor(patterns: Iterable<HostPattern>) {
    for (const { suffix } of patterns) this.#nodeOf(suffix);
    this.size = number(this.#root, 0);
  }

  get everything(): IntSet {
    return interval(0, this.size);
  }

  /** Stands for a ClientHello without a server name. */
  get missing(): IntSet {
    return interval(this.size, this.size + 1);
  }

  get everythingOrMissing(): IntSet {
    return interval(0, this.size + 1);
  }

  /** Classes of the names of a pattern that the tree was made with. */
  pattern(pattern: HostPattern): IntSet {
    const key = formatHostPattern(pattern);
    const known = this.#sets.get(key);
    if (known) return known;
    const set = classesOf(pattern.match, this.#nodeOf(pattern.suffix));
    this.#sets.set(key, set);
    return set;
  }

  /** Every class below the root with the text that stands for it. */
  get root(): NameNode {
    return this.#root;
  }

  #nodeOf(suffix: string): Node {
    const known = this.#nodes.get(suffix);
    if (known) return known;
    const dot = suffix.indexOf('.');
    const parent = this.#nodeOf(dot < 0 ? '' : suffix.slice(dot + 1));
    const node = newNode(suffix);
    parent.children.set(suffix, node);
    this.#nodes.set(suffix, node);
    return node;
  }
}

/** A suffix and those below it, for whoever puts classes into words. */
export interface NameNode {
  readonly suffix: string;
  readonly exact: number;
  readonly end: number;
  /** Ascending. */
  readonly ordered: readonly NameNode[];
}

function newNode(suffix: string): Node {
  return { suffix, children: new Map(), ordered: [], exact: 0, end: 0 };
}

/** Numbers the classes of a node and those below; the root stands for one class of its own. */
function number(node: Node, start: number): number {
  node.exact = start;
  let next = node.suffix === '' ? start + 1 : start + 3;
  for (const child of node.children.values()) {
    next = number(child, next);
    node.ordered.push(child);
  }
  node.end = next;
  return next;
}

function classesOf(match: HostPattern['match'], { exact, end, ordered }: Node): IntSet {
  switch (match) {
    case 'exact':
      return interval(exact, exact + 1);
    case 'many':
      return interval(exact + 1, end);
    case 'one':
      return setOf([
        [exact + 1, exact + 2],
        ...ordered.map((child) => [child.exact, child.exact + 1] as const),
      ]);
  }
}
