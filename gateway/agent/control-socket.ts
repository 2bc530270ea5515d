import { mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KernelError } from '../kernel/index.ts';

const root = '/run/sallyport';
const ANSWER_MS = 2000;

export function socketPath(name: string): string {
  return join(root, name, 'control.sock');
}

/** Says what the running process knows to whoever connects, and keeps a second process of the same name away. */
export class ControlSocket {
  /** What is answered. */
  report: () => unknown = () => null;
  readonly #path: string;
  readonly #server: Server;

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
  }

  /** @throws KernelError `busy` while another process of that name runs */
  static async open(name: string): Promise<ControlSocket> {
    const path = socketPath(name);
    const other = await askProcess(name);
    if (other) {
      throw new KernelError(
        'busy',
        `sallyport-gateway "${name}" runs already (pid ${other.pid}). Stop it first, or give this one another --name.`,
      );
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    const server = createServer();
    const control = new ControlSocket(path, server);
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(`${JSON.stringify(control.report())}\n`);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return control;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(dirname(this.#path), { recursive: true, force: true });
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
