import { parentPort } from 'node:worker_threads';
import { ParseCache } from '../../policy/index.ts';
import { type Assignment, type Judgement, judge } from './judge.ts';

/** What the thread says of a change: at last the judgement, before it what to say if that does not come. */
export type Message = { readonly interim: Judgement } | { readonly judgement: Judgement };

// Runs as a thread of its own: see judge-in-thread.ts. What it has parsed serves its next review.
const cache = new ParseCache();

parentPort?.on('message', async (assignment: Assignment) => {
  const tell = (message: Message) => parentPort?.postMessage(message);
  const judgement = await judge(assignment, cache, (interim) => tell({ interim }));
  tell({ judgement });
});
