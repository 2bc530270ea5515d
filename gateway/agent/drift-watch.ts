import { type Drift, driftText } from './drift.ts';
import type { Enforcement, InForce } from './enforcement.ts';
import type { Log } from './log.ts';
import { giveMemoryBack } from './memory.ts';

/** How often the maps are read back, in ms; one that gave way to new rules is made up for sooner. */
const EVERY_MS = 30_000;
const AGAIN_MS = 2000;

export interface DriftListener {
  /** The kernel holds these rules, and nothing else: they were read back. */
  onVerified(inForce: InForce, drift: Drift): void;
  /** Something was not as it was written. */
  onDrift(drift: Drift): void;
  /** Rules got a new generation by a repair. */
  onRenewed(inForce: InForce): void;
}

/** Reads back what is in force after every change and every half minute, and repairs what others have changed. */
export class DriftWatch {
  readonly #enforcement: Enforcement;
  readonly #log: Log;
  readonly #listener: DriftListener;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #stopped = false;
  /** A fault that lasts is told once. */
  #told = '';
  /** The last whole look. */
  last: Drift | null = null;

  constructor(enforcement: Enforcement, log: Log, listener: DriftListener) {
    this.#enforcement = enforcement;
    this.#log = log;
    this.#listener = listener;
  }

  /** Looks soon: rules have changed, or the watch begins. */
  soon(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Looks now, and waits for its turn. @throws KernelError */
  async look(repair: boolean): Promise<Drift | undefined> {
    const drift = await this.#enforcement.check({ repair, isPatient: true });
    if (drift) this.#tell(drift);
    return drift;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#lookByItself();
    }, delay);
  }

  async #lookByItself(): Promise<void> {
    let delay = EVERY_MS;
    try {
      const drift = await this.#enforcement.check({ repair: true, isPatient: false });
      if (drift) this.#tell(drift);
      else delay = AGAIN_MS;
      this.#told = '';
      giveMemoryBack();
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#told) {
        this.#log('error', {
          event: 'drift-failed',
          message: `the maps cannot be read back: ${message}`,
        });
      }
      this.#told = message;
    }
    this.#schedule(delay);
  }

  #tell(drift: Drift): void {
    const before = this.last;
    this.last = drift;
    const { inForce } = this.#enforcement;
    if (drift.count > 0) {
      const { count, findings, repaired, entries } = drift;
      const message = driftText(drift);
      this.#log('error', { event: 'drift', count, findings, repaired, entries, message });
      this.#listener.onDrift(drift);
      if (inForce && inForce.generation > BigInt(before?.generation ?? 0)) {
        this.#listener.onRenewed(inForce);
      }
      // Whether the repair has held is seen at once, not half a minute later.
      if (repaired) this.soon();
    } else if (inForce) {
      this.#listener.onVerified(inForce, drift);
    }
  }
}
