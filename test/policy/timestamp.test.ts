import { expect, test } from 'vitest';
import { parseTimestamp } from '../../src/policy/index.ts';

test.each([
  ['2026-03-09T09:30:00Z', Date.UTC(2026, 2, 9, 9, 30)],
  ['2026-03-09t09:30:00z', Date.UTC(2026, 2, 9, 9, 30)],
  ['2026-03-09T09:30:00.25+05:45', Date.UTC(2026, 2, 9, 3, 45, 0, 250)],
  ['2026-12-31T23:59:59.9999-01:00', Date.UTC(2027, 0, 1, 0, 59, 59, 999)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
])('%s is an instant', (text, instant) => {
  expect(parseTimestamp(text)).toBe(instant);
});

test.each([
  '2026-03-09',
  '2026-03-09T09:30Z',
  '2026-03-09T09:30:00',
  '2026-03-09 09:30:00Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-03-09T24:00:00Z',
  '2026-03-09T23:60:00Z',
  '2026-03-09T23:59:60Z',
  '2026-03-09T09:30:00+24:00',
  '2026-03-09T09:30:00+01:60',
  '2026-03-09T09:30:00+0100',
])('%s is none', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});
