import { isCalendarDay } from '../calendar-day.ts';
import type { PolicyIngressClause, Window } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { RawTimes } from './raw-clause.ts';
import { readName } from './read-name.ts';
import type { Reader } from './reader.ts';

type Times = Pick<PolicyIngressClause, 'during' | 'expires' | 'reason'>;

/** When a clause holds, and why it exists; what cannot be is reported (rules K5, K7). */
export function readTimes(
  reader: Reader,
  path: Path,
  { during, expires, reason }: RawTimes,
  windows: Readonly<Record<string, Window>>,
): Times {
  if (during !== undefined) readName(reader, [...path, 'during'], during, 'window', windows);
  if (expires !== undefined && !isCalendarDay(expires)) {
    reader.fault(
      'calendarDay',
      [...path, 'expires'],
      `${show(expires)} is not a day of the calendar`,
      'write the last day on which the clause holds, as year-month-day',
    );
  }
  return {
    ...(during === undefined ? {} : { during }),
    ...(expires === undefined ? {} : { expires }),
    ...(reason === undefined ? {} : { reason }),
  };
}
