import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between looks, in ms: GitHub's replicas follow within a second. */
const waits = [100, 250, 500, 1000];

/**
 * Reads something with a head until it is past the one that a webhook said was left behind: right after an event, GitHub
 * may still answer with what was before it. Gives up waiting then: a branch may have been set back to that very commit.
 */
export async function settledHead<T extends { readonly head: string } | undefined>(
  read: () => Promise<T>,
  staleHead: string | undefined,
  signal?: AbortSignal,
): Promise<T> {
  let found = await read();
  for (const wait of waits) {
    if (staleHead === undefined || found?.head !== staleHead) break;
    await sleep(wait, undefined, signal ? { signal } : {});
    found = await read();
  }
  return found;
}
