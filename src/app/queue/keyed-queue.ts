/** Runs the work of a key. The signal tells that more was asked for meanwhile, or that the queue stops. */
export type Run = (key: string, signal: AbortSignal) => Promise<void>;

export interface KeyedQueueOptions {
  readonly run: Run;
  /** Keys at work at the same time. */
  readonly concurrency: number;
  /** Waits before another try after a failure, in ms; when they are used up, the key is dropped. */
  readonly retryAfter: readonly number[];
  readonly failed: (key: string, error: unknown, retryInMs: number | undefined) => void;
}

/**
 * One piece of work at a time for each key. Asking again while it runs tells the running one and runs once more after
 * it, however often it was asked: what a run reads is newer than every question before it.
 */
export class KeyedQueue {
  readonly #options: KeyedQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, AbortController>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #idle: (() => void)[] = [];
  #stopped = false;

  constructor(options: KeyedQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return new Set([...this.#waiting, ...this.#running.keys(), ...this.#timers.keys()]).size;
  }

  /** Whether the key waits, runs or is to be tried again. */
  has(key: string): boolean {
    return this.#waiting.has(key) || this.#running.has(key) || this.#timers.has(key);
  }

  add(key: string): void {
    if (this.#stopped) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#failures.delete(key);
    // Before it is queued: what starts now is not superseded.
    this.#running.get(key)?.abort(new Superseded());
    this.#enqueue(key);
  }

  /** Takes no more, tells what runs to end, and waits for it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const running of this.#running.values()) running.abort(new Stopping());
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #enqueue(key: string): void {
    this.#waiting.add(key);
    this.#next();
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    try {
      await this.#options.run(key, controller.signal);
      this.#failures.delete(key);
    } catch (error) {
      if (!controller.signal.aborted) this.#failed(key, error);
    } finally {
      this.#running.delete(key);
      this.#next();
      if (this.#running.size === 0) for (const idle of this.#idle.splice(0)) idle();
    }
  }

  #failed(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    const wait = this.#options.retryAfter[failures];
    this.#options.failed(key, error, wait);
    if (wait === undefined) {
      this.#failures.delete(key);
      return;
    }
    this.#failures.set(key, failures + 1);
    const retry = () => {
      this.#timers.delete(key);
      this.#enqueue(key);
    };
    this.#timers.set(key, setTimeout(retry, wait));
  }
}

/** More was asked for while this ran. */
class Superseded extends Error {
  override readonly name = 'Superseded';
  override readonly message = 'a newer request supersedes this one';
}

/** The process ends. */
class Stopping extends Error {
  override readonly name = 'Stopping';
  override readonly message = 'the server stops';
}
