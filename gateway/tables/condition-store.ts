import type { Maps } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import { type Condition, conditionKey } from '../lower/index.ts';
import type { ExpectedMap } from './expected-rules.ts';
import { NumberPool } from './number-pool.ts';
import type { WindowStore } from './window-store.ts';
import { nanoseconds } from './wire.ts';

/** Conditions in the maps, each once, for all lists that state them. */
export class ConditionStore {
  readonly windows: WindowStore;
  readonly #map: Maps['sp_conditions'];
  readonly #numbers = new NumberPool('conditions', 1, constants.MAX_CONDITIONS);
  readonly #users = new Map<string, { readonly condition: Condition; users: number }>();
  readonly #keys = new Map<number, string>();

  constructor(maps: Maps, windows: WindowStore) {
    this.#map = maps.sp_conditions;
    this.windows = windows;
  }

  /** Numbers that lists of an earlier process refer to are not given out. */
  adopt(numbers: Iterable<number>): void {
    for (const number of numbers) {
      if (number === 0) continue;
      this.#numbers.adopt(inherited(number), number);
      this.windows.adopt(this.#map.get(number)?.window ?? 0);
    }
  }

  /** What was inherited is nobody's any more. */
  sweep(): void {
    for (const [text] of [...this.#numbers.entries()]) {
      if (!this.#users.has(text)) this.#numbers.release(text);
    }
    this.windows.sweep();
  }

  /** Counted for each call, as {@link release}; 0 for none. @throws TableFullError, KernelError */
  hold(condition: Condition | null): number {
    if (!condition) return 0;
    const key = conditionKey(condition);
    const known = this.#numbers.find(key);
    const number = known ?? this.#write(key, condition);
    const held = this.#users.get(key) ?? { condition, users: 0 };
    held.users++;
    this.#users.set(key, held);
    this.#keys.set(number, key);
    return number;
  }

  /** What the maps of conditions and windows must hold. */
  expected(maps: Maps): ExpectedMap[] {
    const conditions = [...this.#users].map(([key, { condition }]) => {
      const window = this.windows.numberOf(condition.during);
      return [this.#numbers.find(key) ?? 0, this.#entry(condition, window)] as const;
    });
    return [
      { map: maps.sp_conditions, entries: conditions },
      { map: maps.sp_windows, entries: this.windows.expected(), part: whatIsRead },
    ];
  }

  /** @param number of a condition that is held */
  release(number: number): void {
    const key = this.#keys.get(number);
    const held = key === undefined ? undefined : this.#users.get(key);
    if (key === undefined || !held || --held.users > 0) return;
    this.#users.delete(key);
    this.#keys.delete(number);
    this.#numbers.release(key);
    this.windows.release(held.condition.during);
  }

  #write(key: string, condition: Condition): number {
    const number = this.#numbers.take(key);
    try {
      this.#map.set(number, this.#entry(condition, this.windows.hold(condition.during)));
    } catch (error) {
      this.#numbers.release(key);
      throw error;
    }
    return number;
  }

  #entry({ expires, principals, tls }: Condition, window: number) {
    return {
      expires: expires === undefined ? 0n : nanoseconds(expires),
      principals: principals ?? 0n,
      window,
      ...tlsFields(tls),
      pad: 0,
    };
  }
}

type Window = Decoded<typeof structs.window>;

/** Of the two halves the one that programs read. */
function whatIsRead({ half, halves: [first, second] }: Window): Window {
  const times = half === 0 ? first : second;
  return { half, pad: 0, halves: times ? [times, times] : [] };
}

function tlsFields(tls: Condition['tls']) {
  if (typeof tls !== 'object')
    return { tls: tls ? constants.TLS_ANY : 0, suffix_length: 0, suffix_labels: 0 };
  const { TLS_EXACT, TLS_ONE, TLS_MORE } = constants;
  const kinds = { exact: TLS_EXACT, one: TLS_ONE, many: TLS_MORE };
  return {
    tls: kinds[tls.match],
    suffix_length: tls.suffixLength,
    suffix_labels: tls.suffixLabels,
  };
}

function inherited(number: number): string {
  return `inherited ${number}`;
}
