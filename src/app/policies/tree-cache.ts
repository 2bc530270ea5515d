import type { Tree } from '../forge/index.ts';

const MOST_TREES = 64;
/** Of one tree: a larger one is read again, lest a pull request fill the memory. */
const MOST_ENTRIES = 4000;

/** Recursive listings of trees by their ids, the least recently used dropped first. */
export class TreeCache {
  readonly #trees = new Map<string, Tree>();

  async get(sha: string, list: () => Promise<Tree>): Promise<Tree> {
    const tree = this.#trees.get(sha) ?? (await list());
    this.#trees.delete(sha);
    if (tree.truncated || tree.entries.length > MOST_ENTRIES) return tree;
    this.#trees.set(sha, tree);
    const [oldest] = this.#trees.keys();
    if (this.#trees.size > MOST_TREES && oldest !== undefined) this.#trees.delete(oldest);
    return tree;
  }
}
