export type { Files } from './git/index.ts';
export type { LocalRepository } from './people/index.ts';
export {
  type LocalGitHub,
  type LocalGitHubOptions,
  startLocalGitHub,
} from './start-local-github.ts';
export type { Delivery } from './webhooks/index.ts';
