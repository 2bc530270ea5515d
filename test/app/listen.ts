import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';

export interface BundleEvent {
  readonly group: string;
  readonly seq: number;
  readonly digest: string;
  readonly timestampVersion: number;
}

/** Listens to an event stream as gateways do. What comes is added to the list. */
export async function listen(url: string): Promise<readonly BundleEvent[]> {
  const events: BundleEvent[] = [];
  const source = new EventSource(url);
  onTestFinished(() => source.close());
  source.addEventListener('bundle', ({ data }) => events.push(JSON.parse(data)));
  await new Promise<void>((resolve, reject) => {
    source.addEventListener('open', () => resolve());
    source.addEventListener('error', ({ message }) => reject(new Error(message)));
  });
  return events;
}
