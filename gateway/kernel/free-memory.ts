import { loadKoffi } from './koffi.ts';

let trim: (() => void) | undefined;

/** Gives pages back to the machine that the C library keeps for later, where it is glibc. */
export function trimFreeMemory(): void {
  trim ??= trimmer();
  trim();
}

function trimmer(): () => void {
  try {
    const mallocTrim = loadKoffi().load('libc.so.6').func('int malloc_trim(size_t)');
    return () => mallocTrim(0);
  } catch {
    return () => undefined;
  }
}
