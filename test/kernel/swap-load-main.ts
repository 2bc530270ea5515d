import { parentPort, workerData } from 'node:worker_threads';
import { runOnPacket } from '../../gateway/kernel/index.ts';
import { libbpf } from '../../gateway/kernel/libbpf.ts';

/** What a worker that judges packets without end is given. */
export interface Load {
  readonly program: number;
  readonly frames: readonly { readonly frame: Uint8Array; readonly ifindex: number }[];
  /** Set to 1: stop. */
  readonly stop: SharedArrayBuffer;
}

// Judges the same frames again and again beside whoever changes the rules; tells which verdicts it has seen.
const { program, frames, stop } = workerData as Load;
const isStopped = new Int32Array(stop);
libbpf();
const seen = new Map<string, number>();
parentPort?.postMessage('begun');
while (Atomics.load(isStopped, 0) === 0) {
  for (const [i, { frame, ifindex }] of frames.entries()) {
    const run = { frame: Buffer.from(frame), mark: ifindex, cameFrom: ifindex, cb: [0, 0] };
    const { action, cb } = runOnPacket(program, run);
    const verdict = `${i} ${action} ${cb[1]} ${cb[2]}`;
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
  }
}
parentPort?.postMessage(seen);
