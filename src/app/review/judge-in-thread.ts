import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Assignment, Judgement } from './judge.ts';

/** Megabytes of heap. What takes more fails its own review, and nothing else. */
const MEMORY_MB = 2048;

// `.ts` in the sources, `.js` where the package was built.
const script = new URL(`./judge-thread${extname(import.meta.url)}`, import.meta.url);

/** A thread that waits for the next review with the policies that it has parsed; no more than one does. */
let waiting: Worker | undefined;

/**
 * Judges a change beside the server: a pull request that takes long keeps no webhook, gateway or publication waiting,
 * and one that takes too much memory ends its own review only. No thread judges two changes at once.
 * @throws the signal's reason, or what ended the thread.
 */
export async function judgeInThread(
  assignment: Assignment,
  signal: AbortSignal,
): Promise<Judgement> {
  signal.throwIfAborted();
  const worker = takeThread();
  const { promise, resolve, reject } = Promise.withResolvers<Judgement>();
  const ended = () => reject(new Error('the thread of the review ended without a result'));
  const giveUp = () => reject(signal.reason);
  worker.once('message', resolve).once('error', reject).once('exit', ended);
  signal.addEventListener('abort', giveUp);
  let judgement: Judgement;
  try {
    worker.postMessage(assignment);
    judgement = await promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
    worker.removeAllListeners();
  }
  await keepThread(worker);
  return judgement;
}

function takeThread(): Worker {
  const worker =
    waiting ??
    new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      // Neither secrets of the environment nor debugging options are for it.
      env: {},
      execArgv: [],
    });
  waiting = undefined;
  worker.removeAllListeners();
  worker.ref();
  return worker;
}

async function keepThread(worker: Worker): Promise<void> {
  if (waiting) {
    await worker.terminate();
    return;
  }
  waiting = worker;
  // It keeps no program alive, and one that dies of itself is not taken again.
  worker.unref();
  const forget = () => {
    if (waiting === worker) waiting = undefined;
  };
  worker.once('error', forget).once('exit', forget);
}
