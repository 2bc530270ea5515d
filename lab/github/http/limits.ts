import { HttpError } from './http-error.ts';
import type { Caller } from './route.ts';

export interface LimitOptions {
  /** Requests an hour of one installation or app; 5,000 unless told, which is the least that GitHub grants. */
  readonly requestsPerHour?: number;
  /**
   * What one installation may write in a minute. GitHub's secondary limit is 80; here there is none unless told, since
   * a test does in a second what people do in an hour.
   */
  readonly contentPerMinute?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Use {
  /** Milliseconds since 1970. */
  resets: number;
  used: number;
  writes: number[];
}

export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** Counts requests by caller, and refuses those beyond the limits. */
export class Limits {
  readonly #perHour: number;
  readonly #writesPerMinute: number;
  readonly #uses = new Map<string, Use>();

  constructor({
    requestsPerHour = 5000,
    contentPerMinute = Number.POSITIVE_INFINITY,
  }: LimitOptions) {
    this.#perHour = requestsPerHour;
    this.#writesPerMinute = contentPerMinute;
  }

  /** What is left of the hour. */
  allowance(caller: Caller): Allowance {
    const { used, resets } = this.#useOf(caller, Date.now());
    return {
      limit: this.#perHour,
      used: Math.min(used, this.#perHour),
      remaining: Math.max(0, this.#perHour - used),
      reset: Math.ceil(resets / 1000),
    };
  }

  /** @throws {HttpError} 403, with when to try again */
  spend(caller: Caller, method: string): void {
    const now = Date.now();
    const use = this.#useOf(caller, now);
    use.used += 1;
    if (use.used > this.#perHour) throw new HttpError(403, 'API rate limit exceeded');
    if (method === 'GET') return;
    use.writes = use.writes.filter((time) => time > now - MINUTE_MS);
    const [oldest = now] = use.writes;
    if (use.writes.length >= this.#writesPerMinute) {
      const seconds = Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1000));
      throw new HttpError(
        403,
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
        { headers: { 'retry-after': String(seconds) } },
      );
    }
    use.writes.push(now);
  }

  headers(caller: Caller): Record<string, string> {
    const { limit, used, remaining, reset } = this.allowance(caller);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
      'x-ratelimit-used': String(used),
    };
  }

  #useOf(caller: Caller, now: number): Use {
    const key = caller.kind === 'installation' ? `${caller.installation.id}` : caller.kind;
    const known = this.#uses.get(key);
    if (known && known.resets > now) return known;
    const use = { resets: now + HOUR_MS, used: 0, writes: known?.writes ?? [] };
    this.#uses.set(key, use);
    return use;
  }
}
