import { type Bundle, BundleClient, BundleError } from '../../src/bundle/index.ts';
import { BundleFeed } from './bundle-feed.ts';
import type { PolicySource, SourceListener } from './policy-source.ts';

export interface BundleSourceOptions {
  /** The trusted root.json, from enrolment. */
  readonly root: Uint8Array;
  readonly group: string;
  /** The server's base URL: bundles are below `tuf/`, notifications at `events`. */
  readonly url: string;
  /** Folder in which the last good bundle is kept. */
  readonly state: string;
  /** How often to look without being told, in ms, before jitter. */
  readonly pollMs?: number;
}

const POLL_MS = 30_000;
/** A thousand gateways that were started together must not ask together. */
const JITTER = 0.3;

/** Signed bundles from a server. What is not verified, or is older than what is in force, changes nothing. */
export class BundleSource implements PolicySource {
  readonly description: string;
  readonly #options: BundleSourceOptions;
  readonly #client: BundleClient;
  #listener: SourceListener | undefined;
  #feed: BundleFeed | undefined;
  #poll: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  /** A fault that lasts is told once, not at every poll. */
  #told = '';

  constructor(options: BundleSourceOptions) {
    const url = options.url.endsWith('/') ? options.url : `${options.url}/`;
    this.#options = { ...options, url };
    this.description = `bundles of group ${options.group} from ${options.url}`;
    this.#client = new BundleClient({
      root: options.root,
      group: options.group,
      url: new URL('tuf/', url).href,
      state: options.state,
      onAlarm: (alarm) => this.#tell(alarm),
    });
  }

  /** The last good bundle first: a gateway that restarts needs no server. */
  async start(listener: SourceListener, adopted: number): Promise<void> {
    this.#listener = listener;
    const startedAt = performance.now();
    try {
      const last = await this.#client.lastGood();
      // A crash between kernel and disk leaves an older bundle here: what is in force is newer then, and stays.
      if (last && last.custom.seq >= adopted) await this.#deliver(last, startedAt, false);
    } catch (error) {
      this.#tell(error);
    }
    await this.#look();
    const { url, group } = this.#options;
    this.#feed = new BundleFeed(url, group, () => this.reload());
    this.#schedule();
  }

  reload(): void {
    void this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again = false;
    clearTimeout(this.#poll);
    this.#feed?.close();
    await this.#looking;
    // The client does one thing at a time: what it still writes comes before this answer.
    await this.#client.lastGood().catch(() => undefined);
  }

  /** One look at a time; news during one leads to one more. */
  #look(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#refresh().finally(() => {
      this.#looking = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.#look();
    });
    return this.#looking;
  }

  async #refresh(): Promise<void> {
    const startedAt = performance.now();
    try {
      const bundle = await this.#client.refresh();
      this.#told = '';
      if (bundle) await this.#deliver(bundle, startedAt, true);
      else this.#listener?.upToDate();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** The kernel first, then the disk: what is kept has been in force. */
  async #deliver(bundle: Bundle, startedAt: number, isNew: boolean): Promise<void> {
    const { commit, seq } = bundle.custom;
    await this.#listener?.update({
      ruleSet: bundle.ruleSet,
      group: this.#options.group,
      origin: { commit, sequence: seq },
      startedAt,
      ...(isNew ? { accepted: () => this.#client.accept(bundle) } : {}),
    });
  }

  #tell(error: unknown): void {
    const message =
      error instanceof BundleError ? `${error.code}: ${error.message}` : (error as Error).message;
    if (message === this.#told) return;
    this.#told = message;
    this.#listener?.reject({ problems: [], message });
  }

  #schedule(): void {
    const base = this.#options.pollMs ?? POLL_MS;
    const delay = base * (1 + JITTER * (2 * Math.random() - 1));
    this.#poll = setTimeout(() => {
      void this.#look().finally(() => {
        if (!this.#stopped) this.#schedule();
      });
    }, delay);
  }
}
