import { parentPort, workerData } from 'node:worker_threads';
import { type Assignment, judge } from './judge.ts';

// Runs as a thread of its own: see judge-in-thread.ts.
parentPort?.postMessage(await judge(workerData as Assignment));
