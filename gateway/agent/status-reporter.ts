import type { GatewayKey } from './gateway-key.ts';
import type { Log } from './log.ts';

/** What a gateway says of itself to its server. */
export interface GatewayReport {
  readonly gateway: string;
  readonly group: string;
  /** By this machine's clock: the server sees how far it is off, and a replayed report by its age. */
  readonly at: string;
  /** Rules that the kernel holds, by what was read back from its maps; `null` before the first. */
  readonly applied: AppliedReport | null;
  /** Why the last offer of rules was not taken; `null` after one that was. */
  readonly error: string | null;
  /** What somebody else has changed in the kernel; `null` once all is again as it was written. */
  readonly drift: string | null;
}

export interface AppliedReport {
  readonly seq: number | null;
  readonly commit: string | null;
  /** SHA-256 of the rules, in hex. */
  readonly digest: string;
  readonly generation: number;
  /** From the beginning of work on the bundle to its being in force. */
  readonly ms: number;
  /** When the maps were compared with what was written, and in how many entries. */
  readonly readBack: { readonly at: string; readonly entries: number };
}

type State = Pick<GatewayReport, 'applied' | 'error' | 'drift'>;

function significant({ applied, error, drift }: State): string {
  return JSON.stringify({ applied: applied && { ...applied, readBack: null }, error, drift });
}

const EVERY_MS = 30_000;
const TIMEOUT_MS = 5_000;
/** A server takes no longer text; the log has all of it. */
const LONGEST_ERROR = 5_000;

function clipped(error: string): string {
  return error.length > LONGEST_ERROR ? `${error.slice(0, LONGEST_ERROR)} …` : error;
}

export interface ReporterOptions {
  readonly gateway: string;
  readonly group: string;
  /** Base URL of the server, with a slash at its end. */
  readonly url: string;
  readonly key: GatewayKey;
  readonly log: Log;
}

/** Sends signed reports: at once when something has changed, and every half minute. Enforcement never waits for it. */
export class StatusReporter {
  readonly #options: ReporterOptions;
  #timer: NodeJS.Timeout | undefined;
  #state: State = { applied: null, error: null, drift: null };
  #sending: Promise<void> | undefined;
  #again = false;
  #failing = false;
  #stopped = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Sends at once what differs; when it was read back is told with the next report. */
  update(change: Partial<State>): void {
    const before = significant(this.#state);
    const { error, drift } = change;
    this.#state = {
      ...this.#state,
      ...change,
      ...(error ? { error: clipped(error) } : {}),
      ...(drift ? { drift: clipped(drift) } : {}),
    };
    if (significant(this.#state) !== before) this.#send();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again = false;
    clearTimeout(this.#timer);
    await this.#sending;
  }

  #send(): void {
    if (this.#stopped) return;
    if (this.#sending) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#sending = this.#post().finally(() => {
      this.#sending = undefined;
      if (this.#stopped) return;
      if (this.#again) {
        this.#again = false;
        this.#send();
      } else {
        this.#timer = setTimeout(() => this.#send(), EVERY_MS);
      }
    });
  }

  async #post(): Promise<void> {
    const { gateway, group, url, key } = this.#options;
    const { applied, error, drift } = this.#state;
    const at = new Date().toISOString();
    const report: GatewayReport = { gateway, group, at, applied, error: error ?? drift, drift };
    const body = Buffer.from(JSON.stringify(report));
    try {
      const response = await fetch(new URL(`gateways/${gateway}/status`, url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-sallyport-signature': key.sign(body),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      this.#note(response.ok ? undefined : `the server answers ${response.status}`);
    } catch (error) {
      this.#note((error as Error).message);
    }
  }

  #note(fault: string | undefined): void {
    if ((fault !== undefined) === this.#failing) return;
    this.#failing = fault !== undefined;
    const message = fault ? `status cannot be reported: ${fault}` : 'status is reported again';
    this.#options.log(fault ? 'warn' : 'info', { event: 'report', ok: !fault, message });
  }
}
