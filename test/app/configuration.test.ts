import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { configurationSchema } from '../../src/app/configuration/index.ts';
import { ConfigurationError, readConfiguration } from '../../src/app/index.ts';
import { initRepository } from '../../src/bundle/index.ts';
import { until } from './bot-lab.ts';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const gatewayKey = generateKeyPairSync('ed25519').publicKey;
const raw = gatewayKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
const secrets = {
  SALLYPORT_WEBHOOK_SECRET: 'a secret that nobody guesses',
  SALLYPORT_GITHUB_PRIVATE_KEY: key,
};
const sound = `
state: state
listen: {port: 0}
github: {appId: 7, apiUrl: "http://127.0.0.1:9/api/v3"}
repositories:
  - {name: acme/agents, groups: [production], recording: flows}
bundles: {repository: tuf, keys: keys}
gateways:
  - {name: gw-1, group: production, publicKey: ${raw}}
`;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'sallyport-serve-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

function write(content: string, name = 'server.yaml'): string {
  const file = path.join(dir, name);
  writeFileSync(file, content);
  return file;
}

test('paths are relative to the file, defaults are filled in, keys of gateways are read', () => {
  const configuration = readConfiguration(write(sound), secrets);
  expect(configuration).toMatchObject({
    listen: { host: '127.0.0.1', port: 0 },
    state: path.join(dir, 'state'),
    bundles: { repository: path.join(dir, 'tuf'), keys: path.join(dir, 'keys') },
    repositories: [{ name: 'acme/agents', path: 'policies', recording: path.join(dir, 'flows') }],
    github: { throttle: true, webhookPath: '/api/github/webhooks' },
  });
  expect(configuration.gateways[0]?.publicKey.equals(gatewayKey)).toBe(true);
});

test('JSON is read as well, and secrets from files', () => {
  const secretFile = write('  from a file, long enough\n', 'secret');
  const content = parse(sound);
  content.github.webhookSecretFile = secretFile;
  const file = write(JSON.stringify(content), 'server.json');
  const { SALLYPORT_GITHUB_PRIVATE_KEY } = secrets;
  const { github } = readConfiguration(file, { SALLYPORT_GITHUB_PRIVATE_KEY });
  expect(github.webhookSecret).toBe('from a file, long enough');
});

test('the example in the documents is one', () => {
  const documents = readFileSync(path.resolve(import.meta.dirname, '../../docs/app.md'), 'utf8');
  const example = /```yaml\n(# \/etc[\s\S]*?)```/.exec(documents)?.[1] ?? '';
  const files = { privateKeyFile: key, webhookSecretFile: 'a secret that nobody guesses' };
  const local = Object.entries(files).reduce(
    (text, [field, content]) =>
      text.replace(new RegExp(`${field}: .*`), `${field}: ${write(content, field)}`),
    example,
  );
  const { repositories, gateways } = readConfiguration(write(local), {});
  expect(repositories[0]?.groups).toEqual(['production', 'staging']);
  expect(gateways[0]?.publicKey.asymmetricKeyType).toBe('ed25519');
});

test('every field of the configuration is documented', () => {
  const documents = readFileSync(path.resolve(import.meta.dirname, '../../docs/app.md'), 'utf8');
  const table = documents.split('## Configuration')[1]?.split('## ')[0] ?? '';
  const documented = [...table.matchAll(/`([a-zA-Z.[\]]+)`/g)].map(([, name = '']) =>
    name.split('.').at(-1),
  );
  const missing = fieldsOf(configurationSchema).filter((name) => !documented.includes(name));
  expect(missing).toEqual([]);
});

/** Names of all fields that hold values. */
function fieldsOf(schema: object): string[] {
  const { properties, items } = schema as { properties?: Record<string, object>; items?: object };
  if (items) return fieldsOf(items);
  return Object.entries(properties ?? {}).flatMap(([name, inner]) => {
    const below = fieldsOf(inner);
    return below.length > 0 ? below : [name];
  });
}

type Content = Record<string, unknown> & {
  repositories: Record<string, unknown>[];
  gateways: Record<string, unknown>[];
};

test.each<[string, (content: Content) => void, RegExp]>([
  ['an unknown field', (c) => Object.assign(c, { stat: 1 }), /unknown|additional.*stat/],
  ['no repository', (c) => c.repositories.splice(0), /repositories must NOT have fewer/],
  [
    'a path out of the repository',
    (c) => Object.assign(c.repositories[0] ?? {}, { path: '../x' }),
    /leads out/,
  ],
  [
    'two sources of a group',
    (c) => c.repositories.push({ name: 'acme/b', groups: ['production'] }),
    /one source/,
  ],
  [
    'one repository twice',
    (c) => c.repositories.push({ name: 'Acme/Agents', groups: ['b'] }),
    /twice/,
  ],
  [
    'a gateway of no group',
    (c) => Object.assign(c.gateways[0] ?? {}, { group: 'x' }),
    /no repository lists/,
  ],
  [
    'a gateway key that is none',
    (c) => Object.assign(c.gateways[0] ?? {}, { publicKey: 'AAAA' }),
    /no Ed25519 key/,
  ],
])('%s is refused', (_, spoil, message) => {
  const content = parse(sound);
  spoil(content);
  const file = write(stringify(content));
  expect(() => readConfiguration(file, secrets)).toThrow(message);
  expect(() => readConfiguration(file, secrets)).toThrow(ConfigurationError);
});

test.each([
  ['no webhook secret', { SALLYPORT_WEBHOOK_SECRET: undefined }, /no webhook secret.*openssl rand/],
  ['an empty one', { SALLYPORT_WEBHOOK_SECRET: ' ' }, /no webhook secret/],
  ['a short one', { SALLYPORT_WEBHOOK_SECRET: 'development' }, /fewer than 16/],
  ['no private key', { SALLYPORT_GITHUB_PRIVATE_KEY: undefined }, /has no private key/],
  ['a key that is none', { SALLYPORT_GITHUB_PRIVATE_KEY: 'BEGIN nothing' }, /no RSA key/],
])('%s is refused', (_, environment, message) => {
  const file = write(sound);
  expect(() => readConfiguration(file, { ...secrets, ...environment })).toThrow(message);
});

function serve(environment: Record<string, string | undefined>, args: readonly string[]) {
  const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
  return execa(process.execPath, [main, 'serve', ...args], { reject: false, env: environment });
}

test('sallyport serve does not start without a webhook secret', async () => {
  const { SALLYPORT_GITHUB_PRIVATE_KEY } = secrets;
  const { exitCode, stderr, stdout } = await serve({ SALLYPORT_GITHUB_PRIVATE_KEY }, [
    '--config',
    write(sound),
  ]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('there is no webhook secret');
});

test('sallyport serve does not start without a bundle repository', async () => {
  const { exitCode, stderr } = await serve(secrets, ['--config', write(sound)]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/there is no repository .*sallyport keys init/);
});

test('sallyport serve starts though GitHub is away, and ends cleanly', async () => {
  await initRepository({ repository: path.join(dir, 'tuf'), keys: path.join(dir, 'keys') });
  const running = serve(secrets, ['--config', write(sound)]);
  let output = '';
  running.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until('it listens', () => output.includes('"event":"listening"'));
  const line = output.split('\n').find((one) => one.includes('"listening"')) ?? '{}';
  const answer = await fetch(`${JSON.parse(line).url}/status`);
  expect(await answer.json()).toMatchObject({
    groups: [{ group: 'production', current: null, gateways: [{ gateway: 'gw-1' }] }],
  });
  running.kill('SIGTERM');
  const { exitCode, stderr } = await running;
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(output).toContain('"event":"stopped"');
});
