import type { LogEvent } from '../instance/index.ts';

/** A line of the gateway's log as evidence: its message, where it has one, and the fields that matter, as they stand there. */
export function quoted(event: LogEvent, fields: readonly string[]): string[] {
  const values = Object.fromEntries(fields.map((field) => [field, event[field]]));
  const message = typeof event.message === 'string' ? [`gateway: ${event.message}`] : [];
  return [...message, `gateway: ${JSON.stringify({ event: event.event, ...values })}`];
}
