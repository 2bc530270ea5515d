import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KernelError } from '../../gateway/kernel/index.ts';
import { listenLocally, type RegistryListener } from '../../gateway/workloads/index.ts';
import { call, RegistryGround, type Reply, registryPolicies } from './support/registry-ground.ts';

const gold = { app: 'invoice', tier: 'gold' };
const replica = { addresses: ['10.8.1.7', 'fd00:8:1::7'], labels: gold };

describe('the registry on its socket', () => {
  let ground: RegistryGround;
  let listener: RegistryListener;
  let socketPath: string;
  const ask = (method: string, id = '', body?: unknown): Promise<Reply> =>
    call({ socketPath }, method, `/v1/workloads${id && `/${id}`}`, body);
  const listen = async () => {
    socketPath = join(ground.folder, 'workloads.sock');
    listener = await listenLocally(ground.api, socketPath);
  };
  const restart = async () => {
    await listener.close();
    ground.restart();
    await listen();
  };

  beforeEach(async () => {
    ground = await RegistryGround.make();
    await listen();
  });
  afterEach(async () => {
    await listener.close();
    await ground.remove();
  });

  it('takes a workload, tells which agent it is, lists it and lets it go', async () => {
    const made = await ask('PUT', 'replica-7', { ...replica, principals: ['user:ada'], ttl: 60 });
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'replica-7', agent: 'invoice', ...replica, principals: ['user:ada'], ttl: 60 },
    });
    expect(Date.parse(made.body.expiresAt) - Date.now()).toBeGreaterThan(50_000);
    expect([...ground.inForce]).toEqual([
      ['10.8.1.7', 'invoice'],
      ['fd00:8:1::7', 'invoice'],
    ]);
    expect((await ask('GET')).body.workloads).toMatchObject([{ id: 'replica-7' }]);
    expect((await ask('GET', 'replica-7')).body).toMatchObject({ agent: 'invoice' });
    expect(await ask('DELETE', 'replica-7')).toEqual({ status: 204, body: undefined });
    expect(ground.inForce.size).toBe(0);
    expect((await ask('DELETE', 'replica-7')).status).toBe(404);
    expect(ground.kinds()).toEqual(['registered', 'removed', 'refused']);
  });

  it('renews by the same call, and by a shorter one', async () => {
    await ask('PUT', 'a', { ...replica, ttl: 60 });
    ground.wait(40);
    expect((await ask('PUT', 'a', { ...replica, ttl: 60 })).status).toBe(200);
    ground.wait(40);
    expect((await ask('POST', 'a/renew')).body).toMatchObject({ ttl: 60 });
    ground.wait(40);
    expect((await ask('POST', 'a/renew', { ttl: 10 })).body).toMatchObject({ ttl: 10 });
    expect(ground.kinds()).toEqual(['registered', 'renewed', 'renewed', 'renewed']);
    ground.wait(10);
    expect(ground.inForce.size).toBe(0);
    expect(ground.kinds().at(-1)).toBe('expired');
    expect((await ask('POST', 'a/renew')).status).toBe(404);
  });

  it('changes what is registered, and forgets addresses that are left out', async () => {
    await ask('PUT', 'a', replica);
    await ask('PUT', 'a', { addresses: ['10.8.1.8'], labels: { app: 'research' } });
    expect([...ground.inForce]).toEqual([['10.8.1.8', 'research']]);
    expect((await ask('PUT', 'b', { addresses: ['10.8.1.7'], labels: gold })).status).toBe(201);
    expect(ground.kinds()).toEqual(['registered', 'changed', 'registered']);
  });

  it('knows the agent by its blocks too, so that its workloads can say for whom they act', async () => {
    const { body } = await ask('PUT', 'a', { addresses: ['10.8.3.4'], principals: [] });
    expect(body).toMatchObject({ agent: 'clerk', labels: {}, principals: [] });
  });

  it.each([
    ['no selector that its labels hold', 'no-agent', { labels: { app: 'invoice' } }],
    ['the address of another agent', 'address-of-another-agent', { addresses: ['10.9.0.1'] }],
    [
      'an address in a block and one in none',
      'no-agent',
      { addresses: ['10.8.3.1', '10.8.4.1'], labels: {} },
    ],
    ['the address of another workload', 'address-taken', { addresses: ['10.8.1.99'] }],
  ])('refuses %s', async (_title, code, stated) => {
    await ask('PUT', 'other', { addresses: ['10.8.1.99'], labels: gold });
    const before = [...ground.inForce];
    const { status, body } = await ask('PUT', 'a', { ...replica, ...stated });
    expect({ status, code: body.error.code }).toEqual({ status: 409, code });
    expect(body.error.remedy).not.toBe('');
    expect([...ground.inForce]).toEqual(before);
    expect(ground.notices.at(-1)).toMatchObject({ kind: 'refused', id: 'a', code });
  });

  it.each([
    ['no JSON', '{"addresses": ['],
    ['no addresses', { labels: gold }],
    ['an empty list of them', { addresses: [] }],
    ['too many of them', { addresses: Array.from({ length: 17 }, (_, i) => `10.8.1.${i}`) }],
    ['a block', { addresses: ['10.8.1.0/28'] }],
    ['an IPv4 address in disguise', { addresses: ['::ffff:10.8.1.7'] }],
    ['an address of the link alone', { addresses: ['fe80::1'] }],
    ['a multicast address', { addresses: ['239.1.2.3'] }],
    ['a label that is no text', { ...replica, labels: { app: 7 } }],
    ['a principal that is none', { ...replica, principals: [''] }],
    ['a lease that is too short', { ...replica, ttl: 1 }],
    ['one that is too long', { ...replica, ttl: 86_401 }],
    ['an unknown field', { ...replica, agent: 'invoice' }],
  ])('refuses a body with %s', async (_title, body) => {
    const answer = await ask('PUT', 'a', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } });
    expect(ground.inForce.size).toBe(0);
  });

  it('refuses names that are paths, calls that do not exist, and bodies without end', async () => {
    for (const id of ['..%2f..%2fetc%2fpasswd', '.hidden', 'a%00b', 'ä', '%zz', 'a'.repeat(129)]) {
      expect((await ask('PUT', encodeURI(id).replaceAll('%25', '%'), replica)).status, id).toBe(
        400,
      );
    }
    expect((await ask('PATCH', 'a', replica)).status).toBe(405);
    expect((await ask('DELETE')).status).toBe(405);
    expect((await call({ socketPath }, 'GET', '/v2/workloads')).status).toBe(400);
    const large = { ...replica, principals: Array.from({ length: 256 }, () => 'x'.repeat(260)) };
    const answer = await ask('PUT', 'a', large).catch((error: Error) => error);
    if (!(answer instanceof Error)) expect(answer.status).toBe(413);
    expect(readdirSync(ground.folder)).not.toContain('records');
  });

  it('says so when the kernel has no room, and keeps what there was', async () => {
    await ask('PUT', 'a', replica);
    ground.refusal = new KernelError('system-call', 'updating map sp_sources', { errno: 28 });
    const { status, body } = await ask('PUT', 'b', { addresses: ['10.8.1.9'], labels: gold });
    expect({ status, code: body.error.code }).toEqual({ status: 507, code: 'no-room' });
    ground.refusal = undefined;
    expect((await ask('GET')).body.workloads).toHaveLength(1);
    expect((await ask('PUT', 'b', { addresses: ['10.8.1.9'], labels: gold })).status).toBe(201);
  });

  it('matches workloads anew when rules change: they wait for an agent until their lease ends', async () => {
    await ask('PUT', 'a', { ...replica, ttl: 60 });
    ground.use(registryPolicies.replace('tier: gold', 'tier: lead'));
    expect(ground.inForce.size).toBe(0);
    expect((await ask('GET', 'a')).body.agent).toBeNull();
    expect((await ask('POST', 'a/renew')).body.error.code).toBe('no-agent');
    ground.use(registryPolicies);
    expect(ground.inForce.get('10.8.1.7')).toBe('invoice');
    expect(ground.kinds()).toEqual(['registered', 'lost-agent', 'refused', 'found-agent']);
    ground.use(registryPolicies.replace('tier: gold', 'tier: lead'));
    ground.wait(61);
    expect((await ask('GET')).body.workloads).toEqual([]);
  });

  describe('and the process after it', () => {
    it('knows what had registered, and what has ended meanwhile', async () => {
      await ask('PUT', 'short', { ...replica, ttl: 10 });
      await ask('PUT', 'long', { addresses: ['10.8.1.9'], labels: gold, ttl: 100 });
      ground.now += 20_000_000_000n;
      await restart();
      expect(ground.kinds()).toEqual(['expired']);
      ground.use(registryPolicies);
      expect([...ground.inForce]).toEqual([['10.8.1.9', 'invoice']]);
      expect((await ask('GET')).body.workloads).toMatchObject([{ id: 'long', agent: 'invoice' }]);
    });

    it('prolongs leases before it has rules, and takes nothing new', async () => {
      await ask('PUT', 'a', replica);
      await restart();
      expect((await ask('POST', 'a/renew')).status).toBe(200);
      expect(ground.inForce.get('10.8.1.7')).toBe('prolonged');
      for (const answer of [await ask('PUT', 'b', replica), await ask('DELETE', 'a')]) {
        expect(answer.status).toBeGreaterThanOrEqual(409);
      }
      const fresh = { addresses: ['10.8.1.9'], labels: gold };
      expect((await ask('PUT', 'b', fresh)).body.error.code).toBe('not-ready');
    });

    it('takes a damaged record for none, and says so', async () => {
      await ask('PUT', 'torn', replica);
      await ask('PUT', 'whole', { addresses: ['10.8.1.9'], labels: gold });
      truncateSync(join(ground.folder, 'records', 'torn.json'), 20);
      await restart();
      expect(ground.notices).toMatchObject([
        { kind: 'not-read', why: expect.stringContaining('torn.json') },
      ]);
      ground.use(registryPolicies);
      expect([...ground.inForce]).toEqual([['10.8.1.9', 'invoice']]);
    });
  });

  it('is for its owner alone', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  });

  it('remembers for whom a workload acted, by the rules that judged its flows', async () => {
    await ask('PUT', 'a', { ...replica, principals: ['user:ada'] });
    const first = ground.generation;
    await ask('PUT', 'a', { ...replica, principals: ['user:bob'] });
    const second = ground.generation;
    await ask('POST', 'a/renew');
    await ask('DELETE', 'a');
    const at = (generation: bigint) => ground.registry.principalsAt('10.8.1.7', generation);
    expect(at(first - 1n)).toBeNull();
    expect(at(first)).toEqual(['user:ada']);
    expect(at(second)).toEqual(['user:bob']);
    expect(at(ground.generation)).toBeNull();
  });
});
