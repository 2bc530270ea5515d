import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** linux/time.h */
const CLOCK_BOOTTIME = 7;

/** Nanoseconds since this machine has started, time asleep included: the clock of the programs' leases. */
export function bootTime(): bigint {
  const time = Buffer.alloc(16);
  checked('clock_gettime', libbpf().clockGettime(CLOCK_BOOTTIME, time));
  return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
}
