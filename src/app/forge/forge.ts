/** A pull request as it is now. */
export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  /** Commit ids. */
  readonly head: string;
  readonly base: string;
  readonly baseBranch: string;
  /** Web address of the repository that it is to be merged into. */
  readonly repositoryUrl: string;
}

export interface Branch {
  readonly name: string;
  readonly head: string;
}

/** An entry of a Git tree; `path` is relative to it. */
export interface TreeEntry {
  readonly path: string;
  readonly type: 'blob' | 'tree' | 'commit';
  /** Git's file mode: 120000 is a symbolic link. */
  readonly mode: string;
  readonly sha: string;
  /** Bytes; blobs only. */
  readonly size?: number | undefined;
}

export interface Tree {
  readonly entries: readonly TreeEntry[];
  /** There is more than GitHub lists. */
  readonly truncated: boolean;
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'neutral';

/** A note on lines of a file, by its path in the repository. */
export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

export interface CheckOutput {
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
}

export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** What is read of a repository on GitHub. Nothing of it is ever executed. */
export interface ForgeReader {
  /** Undefined if there is none. */
  pullRequest(number: number): Promise<PullRequest | undefined>;
  openPullRequests(): Promise<PullRequest[]>;
  defaultBranch(): Promise<Branch | undefined>;
  mergeBase(base: string, head: string): Promise<string>;
  /** @param sha of a commit or a tree */
  tree(sha: string, options: { readonly recursive: boolean }): Promise<Tree>;
  blob(sha: string): Promise<Uint8Array>;
  /** The pull request that was merged as this commit. */
  mergedAs(commit: string): Promise<number | undefined>;
}

/** What is written to a repository on GitHub: checks, comments and deployments, never content. */
export interface ForgeWriter {
  /** @returns its id */
  startCheck(head: string, output: CheckOutput): Promise<number>;
  /** Annotations add to those that are there; 50 at most. */
  annotateCheck(id: number, output: CheckOutput, annotations: readonly Annotation[]): Promise<void>;
  finishCheck(id: number, conclusion: Conclusion, output: CheckOutput): Promise<void>;
  /** Comments of the App itself, oldest first. */
  ownComments(pullRequest: number): Promise<Comment[]>;
  addComment(pullRequest: number, body: string): Promise<void>;
  changeComment(id: number, body: string): Promise<void>;
  removeComment(id: number): Promise<void>;
  /** @returns its id */
  createDeployment(commit: string, environment: string, description: string): Promise<number>;
  setDeploymentState(
    deployment: number,
    state: DeploymentState,
    description: string,
  ): Promise<void>;
}

export type Forge = ForgeReader & ForgeWriter;
