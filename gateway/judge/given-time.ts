import { constants } from '../layout/index.ts';
import { nanoseconds } from '../tables/index.ts';

const { GIVEN_TIME, GIVEN_NO_TIME } = constants;
/** The last instant that the kernel's clock can show, in 2554. */
const latest = Number((1n << 64n) / 1_000_000n);

export interface GivenTime {
  /** Undefined where it is not known. */
  readonly at: number | undefined;
  /** As the program is told: SP_GIVEN_, then the time in two words. */
  readonly words: readonly number[];
}

/** The time of a flow (milliseconds since 1970, UTC) in place of the machine's; one that the kernel's clock cannot show is not known. */
export function givenTime(at: number | undefined): GivenTime {
  if (at === undefined || !(at > 0 && at < latest))
    return { at: undefined, words: [GIVEN_NO_TIME] };
  const time = nanoseconds(at);
  return { at, words: [GIVEN_TIME, Number(time & 0xffff_ffffn), Number(time >> 32n)] };
}
