import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bootTime } from '../kernel/index.ts';
import {
  listenLocally,
  listenOnNetwork,
  type NetworkListener,
  parsePermits,
  RecordFolder,
  RegistryApi,
  type RegistryListener,
  type TlsMaterial,
  WorkloadRegistry,
} from '../workloads/index.ts';
import { socketPath } from './control-socket.ts';
import type { Enforcement } from './enforcement.ts';
import type { Log } from './log.ts';
import { workloadTeller } from './workload-log.ts';

/** How often registrations that are over are looked for, in ms: the kernel has ended them already. */
const EXPIRY_MS = 1000;

export interface WorkloadOptions {
  /** A group of this machine whose members may use the socket. */
  readonly group?: string;
  readonly network?: NetworkOptions;
}

export interface NetworkOptions {
  readonly host: string;
  readonly port: number;
  /** Files. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly clients: string;
}

export function registrySocket(name: string): string {
  return join(dirname(socketPath(name)), 'workloads.sock');
}

/** Outside of the socket's folder, which ends with the process. */
export function registryFolder(name: string): string {
  return `${dirname(socketPath(name))}.workloads`;
}

/** The registry of a gateway at work, with the doors by which workloads come to it. */
export class WorkloadService {
  readonly registry: WorkloadRegistry;
  readonly #log: Log;
  readonly #options: WorkloadOptions;
  readonly #listeners: RegistryListener[] = [];
  readonly #expiry: NodeJS.Timeout;
  #network: NetworkListener | undefined;

  private constructor(
    registry: WorkloadRegistry,
    enforcement: Enforcement,
    options: WorkloadOptions,
    log: Log,
  ) {
    this.registry = registry;
    this.#options = options;
    this.#log = log;
    this.#expiry = setInterval(() => {
      void enforcement
        .inTurn(() => registry.expire())
        .catch((error: Error) => log('error', { event: 'workload-fault', message: error.message }));
    }, EXPIRY_MS);
  }

  /** @throws Error for files or a group that cannot be used */
  static async open(
    name: string,
    enforcement: Enforcement,
    options: WorkloadOptions,
    log: Log,
  ): Promise<WorkloadService> {
    const tell = workloadTeller(log);
    const registry = new WorkloadRegistry({
      tables: enforcement.gateway,
      folder: new RecordFolder(registryFolder(name)),
      now: bootTime,
      tell,
    });
    enforcement.workloads = registry;
    const service = new WorkloadService(registry, enforcement, options, log);
    try {
      const api = new RegistryApi({
        registry,
        inTurn: (work) => enforcement.inTurn(work),
        now: bootTime,
        tell,
      });
      await service.#listen(api, registrySocket(name));
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  /** Reads certificates and permits again; those in use stay where that fails. */
  async reload(): Promise<void> {
    const { network } = this.#options;
    if (!network) return;
    try {
      this.#network?.renew(await readMaterial(network));
    } catch (error) {
      const message = `certificates and permits of the registry stay as they were: ${(error as Error).message}`;
      this.#log('error', { event: 'workload-fault', message });
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#expiry);
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #listen(api: RegistryApi, socket: string): Promise<void> {
    const { group, network } = this.#options;
    const gid = group === undefined ? undefined : await groupNumber(group);
    this.#listeners.push(await listenLocally(api, socket, gid));
    if (!network) return;
    this.#network = await listenOnNetwork(api, network, await readMaterial(network));
    this.#listeners.push(this.#network);
  }
}

async function readMaterial(network: NetworkOptions): Promise<TlsMaterial> {
  const [cert, key, ca, clients] = await Promise.all([
    readFile(network.cert),
    readFile(network.key),
    readFile(network.ca),
    readFile(network.clients, 'utf8'),
  ]);
  try {
    return { cert, key, ca, permits: parsePermits(clients) };
  } catch (error) {
    throw new Error(`${network.clients}: ${(error as Error).message}`);
  }
}

async function groupNumber(group: string): Promise<number> {
  const { stdout, failed } = await execa('getent', ['group', group], { reject: false });
  const number = Number(stdout?.split(':')[2]);
  if (!failed && Number.isInteger(number)) return number;
  throw new Error(
    `There is no group ${group} on this machine (--registry-group). See: getent group`,
  );
}
