import { setTimeout as pause } from 'node:timers/promises';
import { JsonLog, type LogEvent, requireState } from '../instance/index.ts';
import type { Instance } from '../net/index.ts';
import { eventLine } from './event-line.ts';

export interface WatchOptions {
  /** From the first line on, not from now. */
  readonly all: boolean;
  /** The gateway's own JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Follows the gateway's log until interrupted, or until the lab goes. */
export async function watch(instance: Instance, options: WatchOptions): Promise<void> {
  await requireState(instance);
  const log = options.all ? JsonLog.fromStart(instance) : await JsonLog.fromNow(instance);
  const line = (event: LogEvent) =>
    options.json ? JSON.stringify(event) : eventLine(event, process.stdout);
  while (!options.signal.aborted) {
    for (const event of await log.more()) process.stdout.write(`${line(event)}\n`);
    await requireState(instance);
    await pause(50, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
