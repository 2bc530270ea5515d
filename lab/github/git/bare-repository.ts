import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { importStream, type NewCommit, type Person } from './import-commit.ts';
import { ObjectReader } from './object-reader.ts';
import { gitLine, runGit } from './run-git.ts';

/** What git takes for a revision expression or an option is no name of a branch. */
const plainName = /^(?!-)(?!.*(?:\.\.|@\{|[~^:?*[\\\s]))[^\0]+$/;
const objectId = /^[0-9a-f]{40}$/;

/** A bare git repository on disk: objects and references. */
export class BareRepository {
  readonly directory: string;
  readonly #objects: ObjectReader;

  private constructor(directory: string) {
    this.directory = directory;
    this.#objects = new ObjectReader(directory);
  }

  static async create(directory: string, defaultBranch: string): Promise<BareRepository> {
    await mkdir(dirname(directory), { recursive: true });
    await runGit(directory, ['init', '--quiet', '--bare', '-b', defaultBranch]);
    return new BareRepository(directory);
  }

  /** A copy of the branches with their history: a fork. */
  async copyTo(directory: string, defaultBranch: string): Promise<BareRepository> {
    const copy = await BareRepository.create(directory, defaultBranch);
    await runGit(directory, ['fetch', '--quiet', this.directory, '+refs/heads/*:refs/heads/*']);
    return copy;
  }

  /** Makes a commit and moves the branch to it; returns its id. */
  async commit(commit: NewCommit): Promise<string> {
    await runGit(this.directory, ['fast-import', '--quiet', '--done', '--force'], {
      input: importStream(commit),
    });
    return await gitLine(this.directory, ['rev-parse', `refs/heads/${commit.branch}`]);
  }

  /** The commit that a full reference, a branch, a tag or an id names; undefined: none. */
  async resolve(name: string): Promise<string | undefined> {
    if (!plainName.test(name)) return undefined;
    const candidates = objectId.test(name)
      ? [name]
      : [
          `refs/heads/${name}`,
          `refs/tags/${name}`,
          `refs/${name}`,
          ...(name === 'HEAD' ? [name] : []),
        ];
    for (const candidate of candidates) {
      const id = await this.#verify(`${candidate}^{commit}`);
      if (id) return id;
    }
    return undefined;
  }

  /** The object of an id, if it is of the kind. */
  async object(id: string, kind: 'tree' | 'blob' | 'commit'): Promise<string | undefined> {
    return objectId.test(id) ? await this.#verify(`${id}^{${kind}}`) : undefined;
  }

  /** The id of the tree that a commit or a tree stands for. @throws {Error} where there is none */
  async treeOf(id: string): Promise<string> {
    const tree = await this.#verify(`${id}^{tree}`);
    if (!tree) throw new Error(`${id}: has no tree`);
    return tree;
  }

  /** The content of a blob; undefined: there is no such blob. */
  async blob(id: string): Promise<Buffer | undefined> {
    if (!objectId.test(id)) return undefined;
    const object = await this.#objects.read(id);
    return object?.type === 'blob' ? object.content : undefined;
  }

  async close(): Promise<void> {
    await this.#objects.close();
  }

  async #verify(expression: string): Promise<string | undefined> {
    return (await this.#objects.find(expression))?.id;
  }

  /** References under a prefix such as `refs/heads/`, with the commits that they point to. */
  async references(prefix: string): Promise<readonly { ref: string; sha: string }[]> {
    const lines = await gitLine(this.directory, [
      'for-each-ref',
      '--format=%(objectname) %(refname)',
    ]);
    return lines
      .split('\n')
      .map((line) => ({ sha: line.slice(0, 40), ref: line.slice(41) }))
      .filter(({ ref }) => ref.startsWith(prefix));
  }

  async setReference(ref: string, commit: string): Promise<void> {
    await runGit(this.directory, ['update-ref', ref, commit]);
  }

  /** Brings a commit with its history over from another repository, as the given reference. */
  async fetch(from: BareRepository, commit: string, ref: string): Promise<void> {
    await runGit(this.directory, [
      'fetch',
      '--quiet',
      '--no-tags',
      from.directory,
      `+${commit}:${ref}`,
    ]);
  }

  /** The best common ancestor; undefined: the histories are unrelated. */
  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const line = await gitLine(this.directory, ['merge-base', one, other], { answers: [1] });
    return line || undefined;
  }

  /** The tree of the merge of two commits; undefined: they conflict. */
  async mergedTree(ours: string, theirs: string): Promise<string | undefined> {
    const { exitCode, output } = await runGit(
      this.directory,
      ['merge-tree', '--write-tree', ours, theirs],
      { answers: [1] },
    );
    return exitCode === 0 ? output.toString().trim() : undefined;
  }

  /** A commit of a tree that is there already; moves no branch. */
  async commitTree(
    tree: string,
    parents: readonly string[],
    message: string,
    author: Person,
  ): Promise<string> {
    const identity = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
    const parentOptions = parents.flatMap((parent) => ['-p', parent]);
    return await gitLine(
      this.directory,
      [...identity, 'commit-tree', tree, ...parentOptions, '-F', '-'],
      { input: Buffer.from(message) },
    );
  }
}
