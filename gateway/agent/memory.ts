import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimFreeMemory } from '../kernel/index.ts';

/** Bytes that are worth the pause of a collection. */
const WORTH_IT = 8 * 1024 * 1024;

let collect: (() => void) | undefined;
let floor = 0;

/**
 * Gives memory back to the machine where much has been taken since the last time: rules on their way into force need
 * several times what they come to. V8 and the C library keep it for later, however long nothing happens.
 */
export function giveMemoryBack(): void {
  if (held() - floor < WORTH_IT) return;
  collect ??= collector();
  collect();
  trimFreeMemory();
  floor = held();
}

function held(): number {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return total_heap_size + external_memory;
}

/** Node has no other way to ask for it than this flag, under which contexts that are made from now on have `gc`. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'major', flavor: 'last-resort' });
}
