import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Assignment, Judgement } from './judge.ts';
import type { Message } from './judge-thread.ts';

/** Megabytes of heap. What takes more fails its own review, and nothing else. */
const MEMORY_MB = 2048;

/** What a change does to reach is exact, and takes as long as it takes; most take less than a second. */
const REACH_MS = 60_000;

// `.ts` in the sources, `.js` where the package was built.
const script = new URL(`./judge-thread${extname(import.meta.url)}`, import.meta.url);

/** What a thread came to, and whether it can be given the next review. */
interface Result {
  readonly judgement: Judgement;
  readonly isDone: boolean;
}

/** A thread that waits for the next review with the policies that it has parsed; no more than one does. */
let waiting: Worker | undefined;

/**
 * Judges a change beside the server: a pull request that takes long keeps no webhook, gateway or publication waiting,
 * and one that takes too much memory ends its own review only. No thread judges two changes at once. What cannot be
 * waited for, the exact change of reach, is left out, and the judgement says so.
 * @throws the signal's reason, or what ended the thread.
 */
export async function judgeInThread(
  assignment: Assignment,
  signal: AbortSignal,
  reachMs = REACH_MS,
): Promise<Judgement> {
  signal.throwIfAborted();
  const worker = takeThread();
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let timer: NodeJS.Timeout | undefined;
  let giveUp = (error: Error) => reject(error);
  worker.on('message', (message: Message) => {
    if ('judgement' in message) return resolve({ judgement: message.judgement, isDone: true });
    giveUp = ({ message: unfinished }) =>
      resolve({ judgement: { ...message.interim, unfinished }, isDone: false });
    timer = setTimeout(() => giveUp(new Error(`it takes more than ${reachMs} ms`)), reachMs);
  });
  worker.once('error', (error) => giveUp(error));
  worker.once('exit', () => giveUp(new Error('the thread of the review ended without a result')));
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  let result: Result | undefined;
  try {
    worker.postMessage(assignment);
    result = await promise;
    return result.judgement;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    worker.removeAllListeners();
    if (result?.isDone) await keepThread(worker);
    else await worker.terminate();
  }
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
