import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { quartiles } from './part.ts';

/** What something gives, and the milliseconds it took. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

/** Milliseconds of several rounds; one more before them warms up. `prepare` is not counted. */
export function msOf<T>(
  rounds: number,
  prepare: (round: number) => T,
  work: (input: T) => unknown,
) {
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const input = prepare(round + 1);
    const started = performance.now();
    work(input);
    if (round >= 0) times.push(performance.now() - started);
  }
  return times;
}

/** `12.3 (11.9–13.0)`: median and, of few rounds, the quickest and the slowest. */
export function rangeText(times: readonly number[]): string {
  return `${msText(quartiles(times).median)} (${msText(Math.min(...times))}–${msText(Math.max(...times))})`;
}

export function msText(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en');
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that something still holds, once garbage is collected. */
export function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
