import type { ClauseBudget } from '../../src/rules/index.ts';

/** Milliseconds since 1970, UTC; `ends` is the first instant that is no more in it. */
export interface Period {
  readonly begins: number;
  readonly ends: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The period of a budget that an instant lies in (rule K6). The kernel computes the same by itself. */
export function periodOf(per: ClauseBudget['per'], at: number): Period {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (per) {
    case 'hour': {
      const begins = at - (at % hourMs);
      return { begins, ends: begins + hourMs };
    }
    case 'day':
      return { begins: Date.UTC(year, month, day), ends: Date.UTC(year, month, day + 1) };
    case 'week': {
      const begins = Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7));
      return { begins: Math.max(begins, 0), ends: begins + 7 * dayMs };
    }
    case 'month':
      return { begins: Date.UTC(year, month, 1), ends: Date.UTC(year, month + 1, 1) };
  }
}
