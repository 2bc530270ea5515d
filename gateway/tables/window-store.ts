import type { Window } from '../../src/policy/index.ts';
import { windowSpans } from '../../src/rules/index.ts';
import { type ProgramObject, runSystemCall } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import { windowKey } from '../lower/index.ts';
import { NumberPool } from './number-pool.ts';
import { nanoseconds } from './wire.ts';

interface StoredWindow {
  readonly number: number;
  readonly window: Window;
  half: 0 | 1;
  users: number;
}

type Times = Decoded<typeof structs.windowTimes>;

const dayMs = 86_400_000;
/** Clocks are set back, too. */
const BEHIND_MS = dayMs;
/** What no process renews for so long is unknown; a gateway must do without one for eight days. */
const AHEAD_MS = 13 * dayMs;
const RENEW_MS = 3_600_000;
const NEVER = (1n << 64n) - 1n;

/** When windows open and close around now: the kernel knows no time zones. */
export class WindowStore {
  readonly #object: Pick<ProgramObject, 'maps' | 'programs'>;
  readonly #numbers = new NumberPool('windows', 1, constants.MAX_WINDOWS);
  readonly #stored = new Map<string, StoredWindow>();
  #at: number;

  /** @param at now, in milliseconds since 1970, UTC */
  constructor(object: Pick<ProgramObject, 'maps' | 'programs'>, at: number) {
    this.#object = object;
    this.#at = at;
  }

  adopt(number: number): void {
    if (number !== 0) this.#numbers.adopt(inherited(number), number);
  }

  sweep(): void {
    for (const [text] of [...this.#numbers.entries()]) {
      if (!this.#stored.has(text)) this.#forget(text);
    }
  }

  hold(window: Window | undefined): number {
    if (!window) return 0;
    const key = windowKey(window);
    let stored = this.#stored.get(key);
    if (!stored) {
      stored = { number: this.#numbers.take(key), window, half: 0, users: 0 };
      this.#stored.set(key, stored);
      const times = this.#timesOf(window);
      this.#object.maps.sp_windows.set(stored.number, { half: 0, pad: 0, halves: [times, times] });
    }
    stored.users++;
    return stored.number;
  }

  release(window: Window | undefined): void {
    const key = window && windowKey(window);
    const stored = key === undefined ? undefined : this.#stored.get(key);
    if (key === undefined || !stored || --stored.users > 0) return;
    this.#stored.delete(key);
    this.#forget(key);
  }

  /** The number of a window that is held; 0 for none. */
  numberOf(window: Window | undefined): number {
    return (window && this.#numbers.find(windowKey(window))) ?? 0;
  }

  /** What the map must hold, as far as programs read it. */
  *expected(): Generator<[number, Decoded<typeof structs.window>]> {
    for (const { number, window, half } of this.#stored.values()) {
      const times = this.#timesOf(window);
      yield [number, { half, pad: 0, halves: [times, times] }];
    }
  }

  /** Moves all windows on; does nothing where that was done within the hour. @throws KernelError */
  moveTo(at: number): void {
    if (Math.abs(at - this.#at) < RENEW_MS) return;
    this.#at = at;
    for (const stored of this.#stored.values()) this.#renew(stored);
  }

  /** A number that means nothing any more says so: status tells how far the windows in use are known. */
  #forget(key: string): void {
    const number = this.#numbers.find(key);
    if (number === undefined) return;
    this.#object.maps.sp_windows.set(number, { half: 0, pad: 0, halves: [] });
    this.#numbers.release(key);
  }

  /** Nobody reads the half that is written: packets have had an hour to let go of it. */
  #renew(stored: StoredWindow): void {
    const { maps, programs } = this.#object;
    const { number, window } = stored;
    const now = maps.sp_windows.get(number);
    const half = stored.half === 0 ? 1 : 0;
    const times = this.#timesOf(window);
    const halves = [...(now?.halves ?? [times, times])];
    halves[half] = times;
    maps.sp_windows.set(number, { half: stored.half, pad: 0, halves });
    const turn = Buffer.alloc(8);
    turn.writeUInt32LE(number, 0);
    turn.writeUInt32LE(half, 4);
    runSystemCall(programs.sp_turn_window, turn);
    stored.half = half;
  }

  #timesOf(window: Window): Times {
    const from = Math.max(0, this.#at - BEHIND_MS);
    const until = this.#at + AHEAD_MS;
    const spans = windowSpans(window, from, until);
    const open = spans[0]?.[0] === from;
    const all = spans.flat().filter((instant) => instant > from && instant < until);
    const most = constants.WINDOW_BOUNDARIES - 1;
    return {
      from: nanoseconds(from),
      until: nanoseconds(all[most] ?? until),
      open: open ? 1 : 0,
      pad: 0,
      boundaries: Array.from({ length: constants.WINDOW_BOUNDARIES }, (_, i) => {
        const instant = i < most ? all[i] : undefined;
        return instant === undefined ? NEVER : nanoseconds(instant);
      }),
    };
  }
}

function inherited(number: number): string {
  return `inherited ${number}`;
}
