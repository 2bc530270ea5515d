import type { BareRepository } from '../git/index.ts';

// What GitHub keeps beside git: held in memory, for as long as the local GitHub runs. Times are ISO 8601 in UTC.

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  readonly createdAt: string;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly parent: Repository | undefined;
  readonly git: BareRepository;
  readonly createdAt: string;
  pushedAt: string;
  lastNumber: number;
  readonly pulls: Map<number, PullRequest>;
  readonly comments: Map<number, IssueComment>;
  readonly checkRuns: Map<number, CheckRun>;
  /** By the commit that they are for. */
  readonly checkSuites: Map<string, number>;
  readonly deployments: Map<number, Deployment>;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly author: Account;
  readonly head: { readonly repository: Repository; readonly ref: string; sha: string };
  readonly base: { readonly repository: Repository; readonly ref: string; sha: string };
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  merged: { readonly at: string; readonly by: Account; readonly commit: string } | undefined;
}

export interface IssueComment {
  readonly id: number;
  readonly issue: number;
  readonly author: Account;
  /** The app that wrote it, where one did. */
  readonly viaApp: boolean;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: Annotation[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: Readonly<Record<string, unknown>> | string;
  readonly transientEnvironment: boolean;
  readonly productionEnvironment: boolean;
  readonly createdAt: string;
  readonly statuses: DeploymentStatus[];
}
