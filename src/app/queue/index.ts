export { KeyedQueue, Superseded } from './keyed-queue.ts';
