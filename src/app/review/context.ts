import type { Logger } from 'pino';
import type { RepositoryConfiguration } from '../configuration/index.ts';
import type { ForgeReader, ForgeWriter } from '../forge/index.ts';
import type { ReadCache } from '../policies/index.ts';
import type { Reviews } from '../state/index.ts';

/** What every review works with. */
export interface ReviewContext {
  readonly reader: ForgeReader;
  readonly writer: ForgeWriter;
  readonly cache: ReadCache;
  readonly reviews: Reviews;
  readonly log: Logger;
}

/** What is reviewed: the change that a pull request makes, from where it branched off. Plain data: it goes to a thread. */
export interface Change {
  readonly repository: RepositoryConfiguration;
  readonly number: number;
  readonly head: string;
  readonly mergeBase: string;
  readonly repositoryUrl: string;
}
