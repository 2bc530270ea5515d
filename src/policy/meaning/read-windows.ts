import { days, type Window } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import { isTimeZone, timeZones } from '../time-zone.ts';
import type { Path } from '../yaml/index.ts';
import type { RawWindow } from './raw-document.ts';
import type { Reader } from './reader.ts';

/** The windows of a document by name, those with a fault included: clauses may name them all the same (rule K5). */
export function readWindows(
  reader: Reader,
  path: Path,
  windows: Readonly<Record<string, RawWindow>> = {},
): Record<string, Window> {
  return Object.fromEntries(
    Object.entries(windows).map(([name, window]) => [
      name,
      readWindow(reader, [...path, name], window),
    ]),
  );
}

function readWindow(reader: Reader, path: Path, window: RawWindow): Window {
  const { timezone } = window;
  const from = minutes(window.from);
  const to = minutes(window.to);
  if (from === to) {
    reader.fault(
      'windowTimes',
      [...path, 'to'],
      `the window closes when it opens, at ${window.from}`,
      'write from: "00:00" and to: "24:00" for a whole day',
    );
  }
  if (!isTimeZone(timezone)) {
    const suggestion = reader.suggest('timezone', timezone, timeZones);
    reader.fault(
      'timeZone',
      [...path, 'timezone'],
      `${show(timezone)} is not a time zone of the IANA database`,
      suggestion ? `did you mean \`${suggestion}\`?` : 'write a name such as Europe/Berlin or UTC',
    );
  }
  return { days: days.filter((day) => window.days?.includes(day) ?? true), from, to, timezone };
}

/** Minutes since midnight of `HH:MM`. */
function minutes(text: string): number {
  const [hours = 0, rest = 0] = text.split(':').map(Number);
  return hours * 60 + rest;
}
