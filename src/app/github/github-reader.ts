import type { Branch, ForgeReader, PullRequest, Tree } from '../forge/index.ts';
import type { GitHubClient } from './github-client.ts';
import { orUndefined } from './missing.ts';

type RepositoryName = { readonly owner: string; readonly repo: string };

/** What GitHub answers about a pull request, as far as it is used. */
interface PullRequestAnswer {
  readonly number: number;
  readonly state: string;
  readonly head: { readonly sha: string };
  readonly base: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly html_url: string };
  };
}

/** Reads a repository over the REST API. */
export class GitHubReader implements ForgeReader {
  readonly #client: GitHubClient;
  readonly #name: RepositoryName;
  #branchName: string | undefined;

  constructor(client: GitHubClient, name: RepositoryName) {
    this.#client = client;
    this.#name = name;
  }

  async pullRequest(number: number): Promise<PullRequest | undefined> {
    const answer = await orUndefined(
      this.#client.rest.pulls.get({ ...this.#name, pull_number: number }),
    );
    return answer && pullRequestOf(answer.data);
  }

  async openPullRequests(): Promise<PullRequest[]> {
    const all = await this.#client.paginate(this.#client.rest.pulls.list, {
      ...this.#name,
      state: 'open',
      per_page: 100,
    });
    return all.map(pullRequestOf);
  }

  /** Undefined for a repository without a commit. */
  async defaultBranch(): Promise<Branch | undefined> {
    // The name seldom changes: what it was saves waiting for what it is.
    const expected = this.#branchName;
    const early = expected === undefined ? undefined : this.#headOf(expected);
    early?.catch(() => undefined);
    const { data } = await this.#client.rest.repos.get(this.#name);
    const name = data.default_branch;
    this.#branchName = name;
    const head = await (early && name === expected ? early : this.#headOf(name));
    return head === undefined ? undefined : { name, head };
  }

  async #headOf(branch: string): Promise<string | undefined> {
    const answer = await orUndefined(
      this.#client.rest.git.getRef({
        ...this.#name,
        ref: `heads/${branch}`,
        // An empty repository answers 409, which asking again does not change.
        request: { retries: 0 },
      }),
    );
    return answer?.data.object.sha;
  }

  async mergeBase(base: string, head: string): Promise<string> {
    const { data } = await this.#client.rest.repos.compareCommitsWithBasehead({
      ...this.#name,
      basehead: `${base}...${head}`,
      per_page: 1,
    });
    return data.merge_base_commit.sha;
  }

  async tree(sha: string, { recursive }: { readonly recursive: boolean }): Promise<Tree> {
    const { data } = await this.#client.rest.git.getTree({
      ...this.#name,
      tree_sha: sha,
      ...(recursive ? { recursive: '1' } : {}),
    });
    const entries = data.tree.map(({ path, type, mode, sha: id, size }) => ({
      path: path ?? '',
      type: type as 'blob' | 'tree' | 'commit',
      mode: mode ?? '',
      sha: id ?? '',
      size,
    }));
    return { entries, truncated: data.truncated };
  }

  async blob(sha: string): Promise<Uint8Array> {
    const { data } = await this.#client.rest.git.getBlob({ ...this.#name, file_sha: sha });
    return Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8');
  }

  async mergedAs(commit: string): Promise<number | undefined> {
    const { data } = await this.#client.rest.repos.listPullRequestsAssociatedWithCommit({
      ...this.#name,
      commit_sha: commit,
    });
    return data.find((one) => one.merged_at !== null && one.merge_commit_sha === commit)?.number;
  }
}

function pullRequestOf({ number, state, head, base }: PullRequestAnswer): PullRequest {
  return {
    number,
    open: state === 'open',
    head: head.sha,
    base: base.sha,
    baseBranch: base.ref,
    repositoryUrl: base.repo.html_url,
  };
}
