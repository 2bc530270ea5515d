import { once } from 'node:events';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { dirname } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type Client, localClient, notPermitted, type Permit, remoteClient } from './client.ts';
import type { RegistryApi } from './registry-api.ts';

/** Slow or many clients must not keep others away, nor this process from its rules. */
const bounds = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 } as const;
const MOST_CONNECTIONS = 256;

/** What the listener needs that speaks over the network; all of it can change while it runs. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whose clients' certificates count. */
  readonly ca: Buffer;
  readonly permits: readonly Permit[];
}

/** The registry on a Unix socket: who may open it may register. @param gid the group that may, beside the owner */
export async function listenLocally(
  api: RegistryApi,
  path: string,
  gid?: number,
): Promise<RegistryListener> {
  rmSync(path, { force: true });
  const server = createServer(bounds, (request, response) => {
    void api.answer(request, response, () => localClient);
  });
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  if (gid !== undefined) {
    chownSync(path, -1, gid);
    chmodSync(path, 0o660);
    // Last: until here nobody but the owner gets as far as the socket.
    chownSync(dirname(path), -1, gid);
    chmodSync(dirname(path), 0o710);
  }
  return new RegistryListener(server);
}

/** The registry over HTTPS, for clients whose certificates the authority has signed and the permits name. */
export async function listenOnNetwork(
  api: RegistryApi,
  { host, port }: { readonly host: string; readonly port: number },
  material: TlsMaterial,
): Promise<NetworkListener> {
  const { permits, ...keys } = material;
  const server = createTlsServer({
    ...bounds,
    ...keys,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  const listener = new NetworkListener(server, permits);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void api.answer(request, response, () => listener.clientOf(request.socket as TLSSocket));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(port, host);
  await once(server, 'listening');
  return listener;
}

export class RegistryListener {
  protected readonly server: Server | TlsServer;

  constructor(server: Server | TlsServer) {
    this.server = server;
    server.maxConnections = MOST_CONNECTIONS;
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

export class NetworkListener extends RegistryListener {
  #permits: readonly Permit[];

  constructor(server: TlsServer, permits: readonly Permit[]) {
    super(server);
    this.#permits = permits;
  }

  /** Where port 0 was asked for, the one that was found. */
  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** New connections meet the new keys, new requests the new permits. @throws Error for keys that do not fit */
  renew({ permits, ...keys }: TlsMaterial): void {
    (this.server as TlsServer).setSecureContext(keys);
    this.#permits = permits;
  }

  /** @throws RegistryError `not-permitted` */
  clientOf(socket: TLSSocket): Client {
    const names = namesOf(socket.getPeerX509Certificate()?.subjectAltName ?? '');
    for (const permit of this.#permits) {
      const identity = permit.identity === '*' ? names[0] : permit.identity;
      if (identity !== undefined && names.includes(identity)) return remoteClient(identity, permit);
    }
    throw notPermitted(`No permit names the certificate (${names.join(', ') || 'without names'}).`);
  }
}

/** URIs and DNS names of a certificate. Node quotes those in which a separator is hidden: then none counts. */
function namesOf(subjectAltName: string): string[] {
  if (subjectAltName.includes('"')) return [];
  return subjectAltName.split(', ').flatMap((entry) => /^(?:URI|DNS):(.+)$/.exec(entry)?.[1] ?? []);
}
