import { show } from '../schema/index.ts';
import type { Mark } from '../yaml/index.ts';
import type { Reader } from './reader.ts';

/**
 * Numbers are written in plain decimal digits: what YAML 1.2 reads as 80 (`080`, `0x50`) a reader or an older tool takes
 * for another number, and what exceeds a double (`4294967295.0000001`) is rounded to one that was not written.
 */
export function checkNumbers(reader: Reader): void {
  check(reader, reader.document.value, reader.document.root, []);
}

function check(reader: Reader, value: unknown, mark: Mark, path: readonly string[]): void {
  if (typeof value === 'number') {
    const { written } = mark;
    if (written === undefined || /^(?:0|[1-9]\d*)$/.test(written)) return;
    reader.fault(
      'numberForm',
      path,
      `${show(written)} is not written in plain decimal digits; it reads as ${value}`,
      `write ${value}, if that is meant`,
    );
  } else if (typeof value === 'object' && value !== null) {
    for (const [step, part] of mark.parts) {
      if (part.parts.size === 0 && part.written === undefined) continue;
      check(reader, (value as Readonly<Record<string, unknown>>)[step], part, [...path, step]);
    }
  }
}
