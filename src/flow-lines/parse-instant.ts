import { parseTimestamp } from '../policy/index.ts';
import { type Fields, text, wrong } from './fields.ts';

const example = '"2027-03-31T12:00:00Z"';

/**
 * The field `at`, a time with its offset (RFC 3339), as milliseconds since 1970, UTC; undefined where it is absent.
 * @throws {FlowLineError}
 */
export function parseInstant(fields: Fields): number | undefined {
  const at = text(fields, 'at', example);
  if (at === undefined) return undefined;
  const instant = parseTimestamp(at);
  if (instant === undefined) throw wrong('at', at, 'a time with its offset (RFC 3339)', example);
  return instant;
}
