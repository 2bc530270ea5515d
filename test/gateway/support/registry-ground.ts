import { mkdtemp, rm } from 'node:fs/promises';
import { request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { WorkloadChange } from '../../../gateway/tables/index.ts';
import {
  RecordFolder,
  RegistryApi,
  type WorkloadNotice,
  WorkloadRegistry,
} from '../../../gateway/workloads/index.ts';
import { formatAddress } from '../../../src/policy/index.ts';
import { rulesOf } from '../../kernel/rules-of.ts';

const agent = (name: string, workloads: string, more = '') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {${workloads}}
  ${more}
`;
export const registryPolicies = [
  agent('invoice', 'selector: {app: invoice, tier: gold}'),
  agent('research', 'selector: {app: research}, cidrs: [10.9.0.0/24]'),
  agent('clerk', 'cidrs: [10.8.3.0/24]'),
].join('---\n');

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire
  readonly body: any;
}

/** A registry on a ground that a test can see: a clock that it sets, and tables that only remember. */
export class RegistryGround {
  readonly folder: string;
  readonly notices: WorkloadNotice[] = [];
  /** What the tables were told of each address. */
  readonly inForce = new Map<string, string>();
  /** What the tables say instead of taking a change. */
  refusal: Error | undefined;
  now = 1_000_000_000_000n;
  generation = 1n;
  registry: WorkloadRegistry;
  api: RegistryApi;

  private constructor(folder: string) {
    this.folder = folder;
    this.registry = this.open();
    this.api = this.#serve();
  }

  static async make(policies: string | null = registryPolicies): Promise<RegistryGround> {
    const ground = new RegistryGround(await mkdtemp(join(tmpdir(), 'sallyport-registry-')));
    if (policies !== null) ground.use(policies);
    return ground;
  }

  use(policies: string): void {
    const rules = rulesOf(policies);
    const workloads = this.registry.matched(rules);
    this.inForce.clear();
    for (const { address, agent: name } of workloads)
      this.inForce.set(formatAddress(address), name);
    this.generation++;
    this.registry.adopt(rules, this.generation);
  }

  /** Another process takes over. */
  restart(): void {
    this.notices.length = 0;
    this.registry = this.open();
    this.api = this.#serve();
  }

  /** @param seconds that pass */
  wait(seconds: number): void {
    this.now += BigInt(seconds) * 1_000_000_000n;
    this.registry.expire();
  }

  kinds(): string[] {
    return this.notices.map(({ kind }) => kind);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private open(): WorkloadRegistry {
    return new WorkloadRegistry({
      tables: {
        changeWorkloads: (changes) => this.#change(changes),
        prolongLeases: (addresses) => {
          for (const address of addresses) this.inForce.set(formatAddress(address), 'prolonged');
        },
      },
      folder: new RecordFolder(join(this.folder, 'records')),
      now: () => this.now,
      tell: (notice) => this.notices.push(notice),
    });
  }

  #serve(): RegistryApi {
    return new RegistryApi({
      registry: this.registry,
      inTurn: async (work) => work(),
      now: () => this.now,
      tell: (notice) => this.notices.push(notice),
    });
  }

  #change(changes: readonly WorkloadChange[]): bigint {
    if (this.refusal) throw this.refusal;
    for (const { address, workload } of changes) {
      if (workload) this.inForce.set(formatAddress(address), workload.agent);
      else this.inForce.delete(formatAddress(address));
    }
    this.generation += 2n;
    return this.generation;
  }
}

/** Sends a request and reads the whole answer. */
export function call(
  where: RequestOptions & { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer },
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const request = where.ca ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const sent = request({ ...where, method, path, agent: false }, (response) => {
      text(response).then((answer) => {
        const status = response.statusCode ?? 0;
        resolve({ status, body: answer === '' ? undefined : JSON.parse(answer) });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' ? body : body && JSON.stringify(body));
  });
}
