import type { Account } from './records.ts';

/** Permission name to what it lets an installation do, as in an app's manifest. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** The GitHub App that is registered here. */
export interface App {
  readonly id: number;
  readonly slug: string;
  /** May stand for the id in an app's JSON web token. */
  readonly clientId: string;
  readonly bot: Account;
  readonly owner: Account;
  readonly publicKeyPem: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
}

export const defaultPermissions: Permissions = {
  checks: 'write',
  contents: 'read',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
};

export const defaultEvents = ['check_run', 'pull_request', 'push'] as const;
