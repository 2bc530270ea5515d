import { mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FileLock, KernelError } from '../kernel/index.ts';

const root = '/run/sallyport';
const ANSWER_MS = 2000;

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

/** Says what the running process knows to whoever connects. */
export class ControlSocket {
  /** What is answered. */
  report: () => unknown = () => null;
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
      const server = createServer();
      const control = new ControlSocket(path, server, lock);
      server.on('connection', (socket) => {
        socket.on('error', () => socket.destroy());
        socket.end(`${JSON.stringify(control.report())}\n`);
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
  /** The last attempt to apply policies. */
  readonly last: { readonly at: string; readonly ok: boolean; readonly message: string } | null;
}

/** What the process of that name says; undefined where none runs. */
export async function askProcess(name: string): Promise<ProcessReport | undefined> {
  const socket = createConnection(socketPath(name));
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('no answer')));
  try {
    return JSON.parse(await text(socket)) as ProcessReport;
  } catch {
    return undefined;
  }
}
