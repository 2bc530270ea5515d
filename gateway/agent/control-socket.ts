import { mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FileLock, KernelError } from '../kernel/index.ts';
import type { Drift } from './drift.ts';

const root = '/run/sallyport';
const ANSWER_MS = 2000;
/** Reading back a hundred thousand rules behind a change of them takes its time. */
const DRIFT_MS = 60_000;
const QUESTION_MS = 2000;
const LONGEST_QUESTION = 4096;

export function socketPath(name: string): string {
  return join(root, name, 'control.sock');
}

/** Locked by the process that runs. */
export function lockPath(name: string): string {
  return join(root, `${name}.lock`);
}

/**
 * Keeps other processes away from a gateway's maps: two that write them would mix their rules. A process that hangs
 * holds it too.
 * @throws KernelError `busy`
 */
export async function takeGateway(name: string): Promise<FileLock> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  const lock = FileLock.take(lockPath(name));
  if (lock) return lock;
  const other = await askProcess(name);
  throw new KernelError(
    'busy',
    `sallyport-gateway "${name}" runs already (${other ? `pid ${other.pid}` : 'it does not answer'}). ` +
      'Stop it first, or use another --name. The rules in force stay so without it.',
  );
}

/** What a process can be asked. */
export type ControlQuestion =
  | { readonly ask: 'report' }
  /** To compare the maps with what was written, now. */
  | { readonly ask: 'drift'; readonly repair: boolean };

/** Says what the running process knows to whoever asks. */
export class ControlSocket {
  /** What is answered, as JSON. */
  answer: (question: ControlQuestion) => unknown = () => null;
  readonly #path: string;
  readonly #server: Server;
  readonly #lock: FileLock;

  private constructor(path: string, server: Server, lock: FileLock) {
    this.#path = path;
    this.#server = server;
    this.#lock = lock;
  }

  /** @throws KernelError `busy` while another process of that name runs */
  static async open(name: string): Promise<ControlSocket> {
    const path = socketPath(name);
    const lock = await takeGateway(name);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rm(path, { force: true });
      const server = createServer({ allowHalfOpen: true });
      const control = new ControlSocket(path, server, lock);
      server.on('connection', (socket) => {
        socket.on('error', () => socket.destroy());
        socket.setTimeout(QUESTION_MS, () => socket.destroy());
        void control.#serve(socket);
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, resolve);
      });
      return control;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async #serve(socket: Socket): Promise<void> {
    try {
      const question = await text(socket.on('data', () => limit(socket)));
      socket.setTimeout(0);
      const answer = await this.answer(JSON.parse(question) as ControlQuestion);
      socket.end(`${JSON.stringify(answer ?? null)}\n`);
    } catch (error) {
      socket.end(`${JSON.stringify({ error: (error as Error).message })}\n`);
    }
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(dirname(this.#path), { recursive: true, force: true });
    this.#lock.release();
  }
}

export interface ProcessReport {
  readonly pid: number;
  /** Where the rules come from. */
  readonly source: string;
  readonly interfaces: readonly string[];
  readonly startedAt: string;
  /** The last look at whether the maps hold what was written; `null` before the first. */
  readonly drift: Drift | null;
  /** The last attempt to apply policies. */
  readonly last: { readonly at: string; readonly ok: boolean; readonly message: string } | null;
}

/** Whoever may connect is root, and may still err. */
function limit(socket: Socket): void {
  if (socket.bytesRead > LONGEST_QUESTION) socket.destroy(new Error('too long a question'));
}

/** What the process of that name says; undefined where none runs, or it does not answer in time. */
export function askProcess(name: string): Promise<ProcessReport | undefined> {
  return ask(name, { ask: 'report' }, ANSWER_MS);
}

/** Lets the process of that name compare what is in force with what it has written. Undefined as above. */
export function askForDrift(
  name: string,
  repair: boolean,
): Promise<Drift | { readonly error: string } | undefined> {
  return ask(name, { ask: 'drift', repair }, DRIFT_MS);
}

async function ask<T>(
  name: string,
  question: ControlQuestion,
  within: number,
): Promise<T | undefined> {
  const socket = createConnection(socketPath(name));
  socket.setTimeout(within, () => socket.destroy(new Error('no answer')));
  try {
    socket.end(JSON.stringify(question));
    return JSON.parse(await text(socket)) as T;
  } catch {
    return undefined;
  }
}
