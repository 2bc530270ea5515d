import type { Budget, Window } from '../../../src/policy/index.ts';
import { expiryInstant, type Registration, windowSpans } from '../../../src/rules/index.ts';
import { address } from '../alphabet.ts';

/** Time of the generated cases starts here, and lasts a year. */
export const startOfTime = Date.UTC(2027, 0, 1);
const dayMs = 86_400_000;

export const windows: Readonly<Record<string, Window>> = {
  office: {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: 480,
    to: 1080,
    timezone: 'Europe/Berlin',
  },
  night: { days: ['fri', 'sat'], from: 1320, to: 360, timezone: 'America/New_York' },
  early: { days: ['sun'], from: 90, to: 150, timezone: 'Europe/Berlin' },
  whole: { days: ['wed'], from: 0, to: 1440, timezone: 'UTC' },
};

export const budgets: Readonly<Record<string, Budget>> = {
  upload: { per: 'hour', bytes: 500_000_000 },
  llm: { per: 'day', bytes: 8_000_000, tokens: { count: 2_000_000, bytesPerToken: 4 } },
};

/** One before time starts, two within, one that never comes. */
export const expiries = ['2026-12-31', '2027-03-31', '2027-06-30', '2031-01-01'];

export const principals = ['group:clerks', 'user:ada', 'service:batch'];

/** Instants at which something changes, and the ones just before; the clocks of Berlin change twice among them. */
export const turningPoints = [
  ...Object.values(windows).flatMap((window) =>
    [startOfTime, Date.UTC(2027, 2, 27), Date.UTC(2027, 9, 30), startOfTime + 359 * dayMs].flatMap(
      (from) => windowSpans(window, from, from + 8 * dayMs).flat(),
    ),
  ),
  ...expiries.map(expiryInstant),
].flatMap((instant) => [instant - 1, instant]);

/** One lies in another agent's CIDRs, and stays with that agent. */
export const registrations: readonly Registration[] = (
  [
    ['10.9.1.1', 'alpha'],
    ['fd00:9:1::1', 'alpha'],
    ['10.9.2.1', 'beta'],
    ['10.9.2.2', 'beta'],
    ['fd00:9:2::1', 'beta'],
    ['10.9.3.1', 'gamma'],
    ['10.8.2.9', 'alpha'],
    ['10.8.1.3', 'gamma'],
  ] as const
).map(([text, agent]) => ({ address: address(text), agent }));
