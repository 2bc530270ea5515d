import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Assignment, Judgement } from './judge.ts';

/** Megabytes of heap. What takes more fails its own review, and nothing else. */
const MEMORY_MB = 2048;

// `.ts` in the sources, `.js` where the package was built.
const thread = new URL(`./judge-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Judges a change beside the server: a pull request that takes long keeps no webhook, gateway or publication waiting,
 * and one that takes too much memory ends its own review only.
 * @throws the signal's reason, or what ended the thread.
 */
export async function judgeInThread(
  assignment: Assignment,
  signal: AbortSignal,
): Promise<Judgement> {
  const worker = new Worker(thread, {
    workerData: assignment,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // Neither secrets of the environment nor debugging options are for it.
    env: {},
    execArgv: [],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Judgement>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the thread of the review ended without a result')));
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    await worker.terminate();
  }
}
