import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatAddress } from '../../src/policy/index.ts';
import type { Client } from './client.ts';
import { registryLimits } from './limits.ts';
import type { WorkloadNotice } from './notice.ts';
import type { WorkloadRecord } from './record-folder.ts';
import { checkId, parseRegistration, parseRenewal } from './registration.ts';
import type { WorkloadRegistry } from './registry.ts';
import { RegistryError } from './registry-error.ts';

export interface ApiOptions {
  readonly registry: WorkloadRegistry;
  /** Runs work between two changes of rules. */
  readonly inTurn: <T>(work: () => T) => Promise<T>;
  /** CLOCK_BOOTTIME, ns. */
  readonly now: () => bigint;
  readonly tell: (notice: WorkloadNotice) => void;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** A registration as it is answered. */
export interface WorkloadAnswer {
  readonly id: string;
  readonly agent: string | null;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly principals: readonly string[] | null;
  readonly ttl: number;
  readonly registeredAt: string;
  readonly registeredBy: string | null;
  readonly expiresAt: string;
}

/** The registry over HTTP: `/v1/workloads` and `/v1/workloads/<id>`. */
export class RegistryApi {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** @param clientOf who asks. @throws RegistryError */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    clientOf: () => Client,
  ): Promise<void> {
    let client: Client | undefined;
    const { id, isRenewal } = partsOf(request.url ?? '/');
    try {
      client = clientOf();
      send(response, await this.#run(client, request, id, isRenewal));
    } catch (error) {
      const refusal = asRefusal(error);
      if (id !== undefined || refusal.code === 'not-permitted') {
        const { code, message: why } = refusal;
        const by = client?.identity ?? null;
        this.#options.tell({ kind: 'refused', id: id ?? '', by, code, why });
      }
      if (!request.complete) response.setHeader('connection', 'close');
      if (refusal.status === 503) response.setHeader('retry-after', '1');
      const { code, message, remedy } = refusal;
      send(response, { status: refusal.status, body: { error: { code, message, remedy } } });
    }
  }

  async #run(
    client: Client,
    request: IncomingMessage,
    id: string | undefined,
    isRenewal: boolean,
  ): Promise<Answer> {
    const { registry, inTurn } = this.#options;
    const method = `${request.method}${isRenewal ? ' renew' : ''}${id === undefined ? ' all' : ''}`;
    if (method === 'GET all') {
      return { status: 200, body: { workloads: registry.list(client).map(this.#describe) } };
    }
    if (id === undefined) throw wrongMethod();
    checkId(id);
    switch (method) {
      case 'GET':
        return { status: 200, body: this.#describe(registry.find(client, id)) };
      case 'PUT': {
        const registration = parseRegistration(await readJson(request));
        const { record, created } = await inTurn(() => registry.put(client, id, registration));
        return { status: created ? 201 : 200, body: this.#describe(record) };
      }
      case 'POST renew': {
        const ttl = parseRenewal((await readJson(request)) ?? {});
        const record = await inTurn(() => registry.renew(client, id, ttl));
        return { status: 200, body: this.#describe(record) };
      }
      case 'DELETE':
        await inTurn(() => registry.remove(client, id));
        return { status: 204 };
      default:
        throw wrongMethod();
    }
  }

  readonly #describe = (record: WorkloadRecord): WorkloadAnswer => {
    const { id, agent, addresses, labels, principals, ttl, registeredAt, by, lease } = record;
    const left = Number((lease - this.#options.now()) / 1_000_000n);
    return {
      id,
      agent,
      addresses: addresses.map(formatAddress),
      labels,
      principals,
      ttl,
      registeredAt,
      registeredBy: by,
      expiresAt: new Date(Date.now() + left).toISOString(),
    };
  };
}

function partsOf(url: string): { readonly id: string | undefined; readonly isRenewal: boolean } {
  const [path = ''] = url.split('?');
  const [, , , id, action] = path.split('/').map(decoded);
  const isRenewal = action === 'renew';
  const known = /^\/v1\/workloads(\/[^/]+(\/renew)?)?$/.test(path);
  return known ? { id, isRenewal } : { id: '', isRenewal };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** @returns undefined for an empty body. @throws RegistryError `too-large`, `bad-request` */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > registryLimits.bodyBytes) {
      const most = `${registryLimits.bodyBytes} bytes`;
      throw new RegistryError('too-large', `The body has more than ${most}.`, 'Send less.');
    }
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RegistryError('bad-request', 'The body is no JSON.', 'Send one JSON object.');
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = body === undefined ? '' : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function asRefusal(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const { message } = error as Error;
  return new RegistryError('internal-error', message, 'See the gateway’s log, and try again.');
}

function wrongMethod(): RegistryError {
  return new RegistryError(
    'wrong-method',
    'There is no such call.',
    'GET /v1/workloads; GET, PUT or DELETE /v1/workloads/<id>; POST /v1/workloads/<id>/renew.',
  );
}
