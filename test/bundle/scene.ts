import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  BundleClient,
  type BundleClientOptions,
  BundleError,
  initRepository,
  type PublishOptions,
  publishBundle,
} from '../../src/bundle/index.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile, type RuleSet } from '../../src/rules/index.ts';

/** Answers a request instead of the file server, or returns false. */
export type Interceptor = (path: string, response: ServerResponse) => boolean;

export interface Scene {
  readonly dir: string;
  readonly repository: string;
  readonly keys: string;
  /** The root.json that gateways are enrolled with. */
  readonly root: Buffer;
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: string[];
  intercept: Interceptor | undefined;
  /** What the web server shows: the repository unless set. */
  served: string;
  publish(options?: Partial<PublishOptions>): ReturnType<typeof publishBundle>;
  client(options?: Partial<BundleClientOptions>): BundleClient;
  /** A copy of the repository as it is now. */
  copy(): string;
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-bundle-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Rules that differ with the port. */
export function rules(port = 443): RuleSet {
  const text = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [${port}]}
`;
  const { policySet, problems } = parsePolicies([{ path: 'alpha.yaml', text }]);
  if (problems.length > 0) throw new Error(problems[0]?.message);
  return compile(policySet);
}

/** A new repository on a real HTTP server, nothing published yet. */
export async function stage(): Promise<Scene> {
  const dir = temporaryFolder();
  const place = { keys: join(dir, 'keys'), repository: join(dir, 'tuf') };
  const made = await initRepository(place);
  const requests: string[] = [];
  let copies = 0;
  const scene: Scene = {
    ...place,
    dir,
    root: readFileSync(made.root),
    url: '',
    requests,
    intercept: undefined,
    served: place.repository,
    publish: (options = {}) =>
      publishBundle({
        ...{ ...place, group: 'edge', ruleSet: rules() },
        custom: { commit: '1234567890abcdef', pullRequest: 7 },
        ...options,
      }),
    client: (options = {}) => {
      const client = new BundleClient({
        ...{ root: scene.root, group: 'edge', url: scene.url, state: join(dir, 'state') },
        ...options,
      });
      // It may be writing still when it has answered; the next client of its folder must not meet it there.
      const settled = () => client.lastGood().catch(() => undefined);
      const refresh = client.refresh.bind(client);
      client.refresh = () => refresh().finally(settled);
      return client;
    },
    copy: () => {
      const target = join(dir, `copy-${++copies}`);
      cpSync(place.repository, target, { recursive: true });
      return target;
    },
  };
  const url = await listen((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    if (scene.intercept?.(path, response)) return;
    serveFile(join(scene.served, path), response);
  });
  return Object.assign(scene, { url });
}

/** @returns the URL of an HTTP server that lives as long as the test */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serveFile(path: string, response: ServerResponse): void {
  try {
    response.end(readFileSync(path));
  } catch {
    response.writeHead(404).end();
  }
}

/** The code of the BundleError that a promise ends with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
}

/** Fetches, and accepts what is new. @returns its sequence number */
export async function follow(client: BundleClient): Promise<number | undefined> {
  const bundle = await client.refresh();
  if (bundle) await client.accept(bundle);
  return bundle?.custom.seq;
}

/** Rewrites one file that matches below a folder. */
export function edit(dir: string, pattern: RegExp, change: (bytes: Buffer) => Uint8Array): void {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const found = names.filter((name) => pattern.test(name)).sort();
  const path = found.at(-1);
  if (path === undefined) throw new Error(`nothing below ${dir} matches ${pattern}`);
  writeFileSync(join(dir, path), change(readFileSync(join(dir, path))));
}

/** One bit of the middle byte is other. */
export function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
