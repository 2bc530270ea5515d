import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  listenOnNetwork,
  type NetworkListener,
  parsePermits,
} from '../../gateway/workloads/index.ts';
import { call, RegistryGround } from './support/registry-ground.ts';

const spawner = 'spiffe://corp/platform/spawner';
const permits = `clients:
  - {identity: "${spawner}", agents: [invoice], addresses: [10.8.1.0/24]}
  - {identity: vm-host.corp.example}
`;
const gold = { app: 'invoice', tier: 'gold' };
const replica = (address: string) => ({ addresses: [address], labels: gold });

let ground: RegistryGround;
let listener: NetworkListener;
const file = (name: string) => join(ground.folder, name);

/** A certificate and its key, of an authority or by itself. */
async function certify(name: string, names: string, authority?: string): Promise<void> {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const [key, cert] = [file(`${name}.key`), file(`${name}.pem`)];
  const signer = authority
    ? ['-CA', file(`${authority}.pem`), '-CAkey', file(`${authority}.key`)]
    : [];
  const extensions = authority
    ? ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE']
    : [];
  const subject = ['-subj', `/CN=${name}`, '-keyout', key, '-out', cert];
  await execa('openssl', ['req', '-x509', ...newKey, ...subject, ...signer, ...extensions]);
}

const material = (text = permits, cert = 'gateway') => ({
  cert: readFileSync(file(`${cert}.pem`)),
  key: readFileSync(file(`${cert}.key`)),
  ca: readFileSync(file('clients-ca.pem')),
  permits: parsePermits(text),
});
const as = (client: string | null, method: string, id = '', body?: unknown) =>
  call(
    {
      host: '127.0.0.1',
      port: listener.port,
      ca: readFileSync(file('gateways-ca.pem')),
      ...(client === null
        ? {}
        : { cert: readFileSync(file(`${client}.pem`)), key: readFileSync(file(`${client}.key`)) }),
    },
    method,
    `/v1/workloads${id && `/${id}`}`,
    body,
  );

beforeAll(async () => {
  ground = await RegistryGround.make();
  await Promise.all([
    certify('gateways-ca', ''),
    certify('clients-ca', ''),
    certify('others-ca', ''),
  ]);
  await Promise.all([
    certify('gateway', 'IP:127.0.0.1', 'gateways-ca'),
    certify('spawner', `URI:${spawner}`, 'clients-ca'),
    certify('vm-host', 'DNS:vm-host.corp.example', 'clients-ca'),
    certify('unnamed', 'DNS:elsewhere.corp.example', 'clients-ca'),
    certify('impostor', `URI:${spawner}`, 'others-ca'),
  ]);
  listener = await listenOnNetwork(ground.api, { host: '127.0.0.1', port: 0 }, material());
});
afterAll(async () => {
  await listener?.close();
  await ground?.remove();
});
beforeEach(() => listener.renew(material()));

it('takes workloads from whom a permit names', async () => {
  const { status, body } = await as('spawner', 'PUT', 'a', replica('10.8.1.1'));
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { agent: 'invoice', registeredBy: spawner },
  });
});

it.each([
  ['nobody without a certificate', null],
  ['nobody whose certificate another authority has signed', 'impostor'],
])('lets in %s', async (_title, client) => {
  await expect(as(client, 'PUT', 'b', replica('10.8.1.2'))).rejects.toThrow();
  expect(ground.inForce.has('10.8.1.2')).toBe(false);
});

it.each([
  ['a client that no permit names', 'unnamed', replica('10.8.1.3')],
  ['an address outside of the permit', 'spawner', replica('10.8.2.3')],
  [
    'an agent outside of the permit',
    'spawner',
    { addresses: ['10.8.1.4'], labels: { app: 'research' } },
  ],
])('refuses %s', async (_title, client, body) => {
  const answer = await as(client, 'PUT', 'c', body);
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'not-permitted' } } });
  expect(ground.notices.at(-1)).toMatchObject({ kind: 'refused', code: 'not-permitted' });
});

it('shows and leaves to each client what is its own', async () => {
  await as('vm-host', 'PUT', 'vm', replica('10.8.2.9'));
  expect((await as('vm-host', 'GET')).body.workloads).toMatchObject([{ id: 'vm' }]);
  expect((await as('spawner', 'PUT', 'vm', replica('10.8.1.9'))).body.error.code).toBe('id-taken');
  expect((await as('spawner', 'GET', 'vm')).status).toBe(404);
  expect((await as('spawner', 'DELETE', 'vm')).status).toBe(404);
  expect(ground.inForce.get('10.8.2.9')).toBe('invoice');
});

it('follows new certificates and permits without a restart', async () => {
  await certify('renewed', 'IP:127.0.0.1', 'gateways-ca');
  listener.renew(material('clients: [{identity: "*", agents: [invoice]}]', 'renewed'));
  expect((await as('unnamed', 'PUT', 'd', replica('10.8.1.5'))).status).toBe(201);
  writeFileSync(file('broken.pem'), 'no certificate');
  writeFileSync(file('broken.key'), 'no key');
  expect(() => listener.renew(material(permits, 'broken'))).toThrow();
  expect((await as('unnamed', 'GET')).body.workloads).toMatchObject([{ id: 'd' }]);
});

it.each([
  'clients: []',
  'clients: [{agents: [a]}]',
  '{}',
  'clients: [{identity: a, addresses: [10.8.1.1/24]}]',
])('takes no file of permits that reads %s', (text) => {
  expect(() => parsePermits(text)).toThrow();
});
