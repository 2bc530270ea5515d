import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino, { type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { type LocalGitHub, startLocalGitHub } from '../../lab/github/index.ts';
import { Server } from '../../src/app/index.ts';
import { BundleClient, initRepository } from '../../src/bundle/index.ts';

type Configuration = Parameters<typeof Server.start>[0];

export const webhookSecret = 'a secret that nobody guesses';
const appId = 4242;
const manifest = parse(readFileSync(path.resolve(import.meta.dirname, '../../app.yml'), 'utf8'));
const appKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface BotLab {
  readonly dir: string;
  readonly github: LocalGitHub;
  readonly configuration: Configuration;
  readonly serverUrl: string;
  /** What the server logged, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  readonly gatewayKeys: Readonly<Record<string, KeyObject>>;
  start(): Promise<Server>;
  /** When no delivery is under way and the server has nothing to do. */
  quiet(): Promise<void>;
  bundleClient(group?: string): BundleClient;
}

interface BotLabOptions {
  /** Where the server finds GitHub's API, if not where it is. */
  readonly apiUrl?: (real: string) => Promise<string>;
  readonly gateways?: readonly string[];
  readonly groups?: readonly string[];
  readonly limits?: Partial<Configuration['limits']>;
  readonly throttle?: boolean;
}

/** A local GitHub with the App of the manifest, and a server for `acme/agents` that is not started yet. */
export async function botLab(options: BotLabOptions = {}): Promise<BotLab> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sallyport-bot-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const port = await freePort();
  const github = await startLocalGitHub({
    dir: path.join(dir, 'github'),
    app: {
      id: appId,
      slug: 'sallyport',
      publicKeyPem: appKey.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      permissions: manifest.default_permissions,
      events: manifest.default_events,
      webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
      webhookSecret,
    },
  });
  onTestFinished(() => github.close());
  const bundles = { repository: path.join(dir, 'tuf'), keys: path.join(dir, 'keys') };
  const { root } = await initRepository(bundles);
  const recording = path.join(dir, 'recording');
  mkdirSync(recording);
  const gateways = (options.gateways ?? []).map((name) => ({
    name,
    ...generateKeyPairSync('ed25519'),
  }));
  const groups = options.groups ?? ['production'];
  const configuration: Configuration = {
    listen: { host: '127.0.0.1', port },
    state: path.join(dir, 'state'),
    github: {
      appId,
      privateKey: appKey.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      webhookSecret,
      apiUrl: (await options.apiUrl?.(github.apiUrl)) ?? github.apiUrl,
      webhookPath: '/api/github/webhooks',
      throttle: options.throttle ?? false,
    },
    repositories: [{ name: 'acme/agents', path: 'policies', groups, recording }],
    bundles,
    gateways: gateways.map(({ name, publicKey }) => ({ name, group: 'production', publicKey })),
    limits: {
      webhookBytes: 1_000_000,
      listeners: 10,
      reviews: 2,
      catchUpMinutes: 60,
      ...options.limits,
    },
  };
  const logged: Record<string, unknown>[] = [];
  const serverUrl = `http://127.0.0.1:${port}`;
  return {
    dir,
    github,
    configuration,
    serverUrl,
    logged,
    gatewayKeys: Object.fromEntries(gateways.map(({ name, privateKey }) => [name, privateKey])),
    async start() {
      const server = await Server.start(configuration, logInto(logged));
      onTestFinished(() => server.stop());
      await until('the server has looked around', () => isIdle(serverUrl));
      return server;
    },
    async quiet() {
      const quiet = until('all is quiet', async () => {
        await github.settled();
        return isIdle(serverUrl);
      });
      await quiet.catch((error) => {
        throw new Error(`${error.message}\n${troublesOf(logged)}`);
      });
    },
    bundleClient: (group = 'production') =>
      new BundleClient({
        root: readFileSync(root),
        group,
        url: `${serverUrl}/tuf/`,
        state: mkdtempSync(path.join(dir, 'client-')),
      }),
  };
}

/** Waits for a condition. @throws {Error} when patience is at its end */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As a gateway sends it. */
export async function report(
  lab: BotLab,
  gateway: string,
  content: Record<string, unknown>,
  {
    key = lab.gatewayKeys[gateway],
    at = new Date().toISOString(),
  }: { key?: KeyObject; at?: string } = {},
): Promise<Response> {
  const about = { gateway, group: 'production', at, applied: null, error: null };
  const body = Buffer.from(JSON.stringify({ ...about, ...content }));
  const signature = key ? sign(null, body, key).toString('base64') : '';
  return fetch(`${lab.serverUrl}/gateways/${gateway}/status`, {
    method: 'POST',
    headers: { 'x-sallyport-signature': signature },
    body,
  });
}

interface Status {
  readonly pending: number;
  readonly catchingUp: boolean;
  readonly queues: Readonly<Record<string, number>>;
}

async function isIdle(serverUrl: string): Promise<boolean> {
  const answer = await fetch(`${serverUrl}/status`);
  const { pending, catchingUp, queues } = (await answer.json()) as Status;
  return pending === 0 && !catchingUp && Object.values(queues).every((size) => size === 0);
}

function troublesOf(logged: readonly Record<string, unknown>[]): string {
  return logged
    .filter(({ level }) => Number(level) >= 20)
    .map((entry) => JSON.stringify(entry).slice(0, 600))
    .join('\n');
}

function logInto(logged: Record<string, unknown>[]): Logger {
  const stream = { write: (line: string) => logged.push(JSON.parse(line)) };
  return pino({ level: 'debug', base: null }, stream);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
