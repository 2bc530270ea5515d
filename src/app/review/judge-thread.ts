import { parentPort } from 'node:worker_threads';
import { ParseCache } from '../../policy/index.ts';
import { type Assignment, judge } from './judge.ts';

// Runs as a thread of its own: see judge-in-thread.ts. What it has parsed serves its next review.
const cache = new ParseCache();

parentPort?.on('message', async (assignment: Assignment) => {
  parentPort?.postMessage(await judge(assignment, cache));
});
