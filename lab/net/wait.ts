import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds until giving up. */
  readonly deadline: number;
  /** Milliseconds between two looks. */
  readonly every?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks until there is something to see.
 * @throws {Error} when the deadline passes first, saying what was awaited; or the signal's reason.
 */
export async function waitFor<Seen>(
  what: string,
  look: () => Promise<Seen | undefined | false> | Seen | undefined | false,
  { deadline, every = 10, signal }: WaitOptions,
): Promise<Seen> {
  const end = performance.now() + deadline;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() >= end) throw new Error(`${what}: not within ${deadline} ms`);
    await pause(every);
  }
}
