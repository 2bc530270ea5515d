import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
koffi.struct('timespec', { tv_sec: 'int64_t', tv_nsec: 'int64_t' });
const clockGettime = libc.func('int clock_gettime(int clock, _Out_ timespec *now)') as (
  clock: number,
  now: { tv_sec?: number; tv_nsec?: number },
) => number;
const setns = libc.func('int setns(int fd, int type)') as (fd: number, type: number) => number;

/** time.h */
const CLOCK_THREAD_CPUTIME_ID = 3;
/** sched.h */
const CLONE_NEWNET = 0x4000_0000;

/** CPU time of this thread in ns; system calls and what softirqs do at their end are part of it. */
export function threadTime(): number {
  const now: { tv_sec?: number; tv_nsec?: number } = {};
  if (clockGettime(CLOCK_THREAD_CPUTIME_ID, now) !== 0) throw new Error('clock_gettime failed');
  return Number(now.tv_sec) * 1e9 + Number(now.tv_nsec);
}

/** Runs something that does not wait in another network namespace; this thread is back before the call returns. */
export function inNetworkOf<T>(namespace: string, work: () => T): T {
  const own = openSync('/proc/thread-self/ns/net', 'r');
  const other = openSync(`/run/netns/${namespace}`, 'r');
  try {
    enter(other);
    try {
      return work();
    } finally {
      enter(own);
    }
  } finally {
    closeSync(other);
    closeSync(own);
  }
}

function enter(fd: number): void {
  if (setns(fd, CLONE_NEWNET) !== 0) throw new Error(`setns: errno ${koffi.errno()}`);
}
