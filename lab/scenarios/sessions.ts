import { hold, knock } from '../clients/index.ts';
import { spawnOn } from '../instance/index.ts';
import type { HostName, Instance } from '../net/index.ts';

type ClientEvent = Readonly<Record<string, unknown>> & { readonly event: string };

interface Endpoint {
  readonly from: HostName;
  readonly address: string;
  readonly port: number;
}

/** A client that runs while other things happen. Moments are of the monotonic clock of the machine, in milliseconds. */
export interface Session {
  /** Waits until the connection is gone: the first request that had no answer was sent at this moment. */
  cut(): Promise<{ answered: number; firstUnansweredAt: number }>;
  /** Ends the client; how many answers it got, and how long it ever waited for one. Throws if the connection was gone. */
  end(): Promise<{ answered: number; longestWait: number }>;
}

/** Opens a connection and keeps it busy, one request after another; returns after the first answer. */
export async function openSession(
  instance: Instance,
  { from, address, port }: Endpoint,
  signal?: AbortSignal,
): Promise<Session> {
  const client = startClient(instance, from, hold(address, port), signal);
  await client.expect('open');
  return {
    async cut() {
      const { answered, firstUnansweredAt } = await client.expect('cut');
      return { answered: Number(answered), firstUnansweredAt: Number(firstUnansweredAt) };
    },
    async end() {
      client.end();
      const { answered, longestWait } = await client.expect('held');
      return { answered: Number(answered), longestWait: Number(longestWait) };
    },
  };
}

export interface Knocking {
  /** When the first try that succeeded began. */
  connected(): Promise<{ at: number; tries: number }>;
}

/** Tries to connect every few milliseconds; returns when the first try has gone unanswered. */
export async function startKnocking(
  instance: Instance,
  { from, address, port }: Endpoint,
  deadline: number,
  signal?: AbortSignal,
): Promise<Knocking> {
  const client = startClient(instance, from, knock(address, port, deadline), signal);
  await client.expect('knocking');
  return {
    async connected() {
      const { at, tries } = await client.expect('connected');
      return { at: Number(at), tries: Number(tries) };
    },
  };
}

/** Runs a client that says what happens as one JSON object a line. */
function startClient(
  instance: Instance,
  from: HostName,
  commandLine: readonly string[],
  signal?: AbortSignal,
) {
  const subprocess = spawnOn(instance, from, commandLine, signal);
  const lines = subprocess.iterable();
  return {
    end: () => subprocess.kill('SIGTERM'),
    async expect(event: string): Promise<ClientEvent> {
      const { value, done } = await lines.next();
      signal?.throwIfAborted();
      if (done) throw new Error(`instead of "${event}": ${(await subprocess).stderr}`);
      const seen = JSON.parse(String(value)) as ClientEvent;
      if (seen.event !== event) throw new Error(`instead of "${event}": ${value}`);
      return seen;
    },
  };
}
