import { kill, recordService, type ServiceState, startService } from '../instance/index.ts';
import type { Instance } from '../net/index.ts';
import type { Service } from '../services/index.ts';

/** A service of a lab that goes and comes back. */
export class ServerProcess {
  readonly #instance: Instance;
  readonly #service: Service;
  readonly #signal: AbortSignal | undefined;
  #running: ServiceState | undefined;

  constructor(instance: Instance, service: Service, signal: AbortSignal | undefined) {
    this.#instance = instance;
    this.#service = service;
    this.#signal = signal;
  }

  /** Returns when it takes connections. */
  async start(): Promise<void> {
    this.#running = await startService(this.#instance, this.#service, this.#signal);
    await recordService(this.#instance, this.#running);
  }

  /** With SIGKILL; gives its process id. */
  async kill(): Promise<number> {
    await kill('server', this.#running);
    return this.#running?.pid as number;
  }
}
