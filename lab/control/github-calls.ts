import type { Delivery, Files, LocalRepository } from '../github/index.ts';

/** What a local GitHub is told before it starts. */
export interface GitHubSetting {
  /** Folder of the bare repositories. */
  readonly dir: string;
  readonly port: number;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly publicKeyPem: string;
    readonly webhookUrl: string;
    readonly webhookSecret: string;
  };
}

/** What can be asked of the policy repository, and of what its GitHub has delivered, while it runs. */
export type GitHubCalls = Pick<
  LocalRepository,
  | 'read'
  | 'pushTo'
  | 'openPullRequest'
  | 'mergePullRequest'
  | 'comments'
  | 'checkRuns'
  | 'deployments'
> & {
  /** Makes the policy repository, which all else is about. */
  createRepository(owner: string, name: string, files: Files): Promise<void>;
  deliveries(): readonly Delivery[];
};

export type CallName = keyof GitHubCalls;

export interface Call {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly event: 'ready'; readonly apiUrl: string }
  | { readonly event: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly event: 'failed'; readonly id: number; readonly message: string };
