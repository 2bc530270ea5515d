import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BundleSource } from '../../gateway/agent/bundle-source.ts';
import { GatewayKey } from '../../gateway/agent/gateway-key.ts';
import type { Rejection, RuleUpdate } from '../../gateway/agent/policy-source.ts';
import { StatusReporter } from '../../gateway/agent/status-reporter.ts';
import { initRepository, publishBundle } from '../../src/bundle/index.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile } from '../../src/rules/index.ts';
import { BundleServer } from './support/bundle-server.ts';

const never = 1_000_000;
let folder: string;
let server: BundleServer;
let root: Buffer;
let sources: BundleSource[];
let updates: RuleUpdate[];
let rejections: Rejection[];
let looks: { upToDate: number };

const rulesFor = (version: string) => {
  const text = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: reader, version: ${version}}
spec:
  workloads: {cidrs: [10.8.1.0/28]}
  allow: [{id: web, to: {cidr: 10.20.0.0/24}, protocol: tcp, ports: [443]}]`;
  return compile(parsePolicies([{ path: 'reader.yaml', text }]).policySet);
};

const publish = (version: string) =>
  publishBundle({
    repository: join(folder, 'repository'),
    keys: join(folder, 'keys'),
    group: 'test',
    ruleSet: rulesFor(version),
    custom: { commit: 'c0ffee0', pullRequest: 7 },
  });

function sourceOf(state: string, group = 'test'): BundleSource {
  const options = { root, group, url: server.url, state: join(folder, state), pollMs: never };
  const source = new BundleSource(options);
  sources.push(source);
  return source;
}

const listener = {
  update: async (update: RuleUpdate) => {
    updates.push(update);
    await update.accepted?.();
  },
  reject: (rejection: Rejection) => {
    rejections.push(rejection);
  },
  upToDate: () => {
    looks.upToDate++;
  },
};

const versions = () => updates.map(({ ruleSet }) => ruleSet.agents[0]?.version);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-source-'));
  sources = [];
  updates = [];
  rejections = [];
  looks = { upToDate: 0 };
  const repository = join(folder, 'repository');
  const made = await initRepository({ keys: join(folder, 'keys'), repository });
  root = await readFile(made.root);
  server = new BundleServer(repository);
  await server.listen();
  await publish('1.0.0');
});

afterEach(async () => {
  for (const source of sources) await source.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('rules from bundles', () => {
  test('come at the start, with commit and sequence', async () => {
    await sourceOf('a').start(listener, 0);
    expect(versions()).toEqual(['1.0.0']);
    expect(updates[0]?.origin).toEqual({ commit: 'c0ffee0', sequence: 1 });
  });

  test('come when the server tells of them, long before the next poll', async () => {
    await sourceOf('a').start(listener, 0);
    await vi.waitUntil(() => server.listeners === 1);
    await publish('1.1.0');
    server.notify('test');
    await vi.waitUntil(() => updates.length === 2);
    expect(versions()).toEqual(['1.0.0', '1.1.0']);
  });

  test('that were published while the connection was down come when it is up again', async () => {
    await sourceOf('a').start(listener, 0);
    await vi.waitUntil(() => server.listeners === 1);
    const port = Number(new URL(server.url).port);
    await server.close();
    await publish('1.1.0');
    server = new BundleServer(join(folder, 'repository'));
    await server.listen(port);
    await vi.waitUntil(() => updates.length === 2, { timeout: 15_000 });
    expect(versions()).toEqual(['1.0.0', '1.1.0']);
  });

  test('outlive a restart without a server', async () => {
    const first = sourceOf('a');
    await first.start(listener, 0);
    await first.stop();
    await server.close();
    await sourceOf('a').start(listener, 0);
    expect(versions()).toEqual(['1.0.0', '1.0.0']);
    expect(rejections.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^unreachable: /),
    ]);
    await server.listen();
  });

  test('that are older than those in force are not stepped back to', async () => {
    const first = sourceOf('a');
    await first.start(listener, 0);
    await first.stop();
    await server.close();
    await sourceOf('a').start(listener, 2);
    expect(versions()).toEqual(['1.0.0']);
    await server.listen();
  });

  test('are said to be the newest when a look finds nothing newer', async () => {
    const source = sourceOf('a');
    await source.start(listener, 0);
    await vi.waitUntil(() => server.listeners === 1);
    source.reload();
    await vi.waitUntil(() => looks.upToDate > 0);
    expect(updates).toHaveLength(1);
  });

  test('of keys that were not enrolled are refused, and nothing is delivered', async () => {
    const repository = join(folder, 'other');
    const made = await initRepository({ keys: join(folder, 'other-keys'), repository });
    root = await readFile(made.root);
    await sourceOf('a').start(listener, 0);
    expect(updates).toEqual([]);
    expect(rejections).toHaveLength(1);
  });
});

test('a report is signed with the key that the gateway shows', async () => {
  const key = await GatewayKey.load(join(folder, 'state'));
  const again = await GatewayKey.load(join(folder, 'state'));
  expect(again.publicKey).toBe(key.publicKey);
  const reporter = new StatusReporter({
    gateway: 'gw-1',
    group: 'test',
    url: server.url,
    key,
    log: () => {},
  });
  reporter.update({ error: 'expired: the timestamp is too old' });
  await vi.waitUntil(() => server.reports.length === 1);
  await reporter.stop();
  const [report] = server.reports;
  expect(report?.path).toBe('/gateways/gw-1/status');
  const x = Buffer.from(key.publicKey, 'base64').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signature = Buffer.from(report?.signature ?? '', 'base64');
  expect(verify(null, report?.body ?? Buffer.alloc(0), publicKey, signature)).toBe(true);
  expect(JSON.parse(String(report?.body))).toMatchObject({
    gateway: 'gw-1',
    group: 'test',
    applied: null,
    error: 'expired: the timestamp is too old',
  });
});
