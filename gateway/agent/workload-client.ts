import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { KernelError } from '../kernel/index.ts';
import type { WorkloadAnswer } from '../workloads/index.ts';
import { registrySocket } from './workload-service.ts';

const ANSWER_MS = 10_000;

/** The registry of a gateway on this machine, as a client sees it. */
export class WorkloadClient {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async list(): Promise<readonly WorkloadAnswer[]> {
    const { workloads } = (await this.#call('GET', '')) as { workloads: WorkloadAnswer[] };
    return workloads;
  }

  put(id: string, body: object): Promise<WorkloadAnswer> {
    return this.#call('PUT', `/${encodeURIComponent(id)}`, body) as Promise<WorkloadAnswer>;
  }

  async remove(id: string): Promise<void> {
    await this.#call('DELETE', `/${encodeURIComponent(id)}`);
  }

  /** @throws KernelError `not-running`, `no-privileges`; Error with what the registry says and advises */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const { status, answer } = await this.#send(method, `/v1/workloads${path}`, body);
    if (status < 300) return answer === '' ? undefined : JSON.parse(answer);
    const { error } = JSON.parse(answer) as {
      error: { code: string; message: string; remedy: string };
    };
    throw new Error(`${error.code}: ${error.message} ${error.remedy}`);
  }

  #send(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly answer: string }> {
    const socketPath = registrySocket(this.#name);
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath, method, path, timeout: ANSWER_MS }, (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, answer }),
          reject,
        );
      });
      sent.on('timeout', () => sent.destroy(new Error('the registry does not answer')));
      sent.on('error', (error) => reject(this.#explain(error)));
      sent.end(body && JSON.stringify(body));
    });
  }

  #explain(error: NodeJS.ErrnoException): Error {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
      return new KernelError(
        'not-running',
        `No process of gateway "${this.#name}" runs, so none takes registrations. Those that there are hold until their leases end.`,
      );
    }
    if (error.code === 'EACCES') {
      return new KernelError(
        'no-privileges',
        `You may not open ${registrySocket(this.#name)}: be root, or a member of the group of --registry-group.`,
      );
    }
    return error;
  }
}
