import { generateKeyPairSync } from 'node:crypto';
import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { initRepository, inspectRepository, publishBundle } from '../../src/bundle/index.ts';
import { codeOf, edit, follow, rules, stage, temporaryFolder } from './scene.ts';

const metadata = (dir: string) => join(dir, 'metadata');

describe('a new repository', () => {
  test('keeps private keys from others', async () => {
    const scene = await stage();
    for (const custody of ['offline', 'online']) {
      const dir = join(scene.keys, custody);
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      const modes = readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([0o600]));
    }
  });

  test('has offline roles that two of three keys must sign', async () => {
    const scene = await stage();
    const { roles } = await inspectRepository(scene.repository);
    const facts = roles.map(
      ({ role, threshold, keyIds }) => `${role} ${threshold}/${keyIds.length}`,
    );
    expect(facts).toEqual([
      ...['root 2/3', 'targets 2/3', 'snapshot 1/1', 'timestamp 1/1', 'bundles 1/1'],
    ]);
  });

  test('never takes the place of another', async () => {
    const scene = await stage();
    const elsewhere = temporaryFolder();
    await expect(initRepository({ ...scene, keys: elsewhere })).rejects.toThrow('already');
    await expect(initRepository({ ...scene, repository: elsewhere })).rejects.toThrow('already');
    expect(readFileSync(join(metadata(scene.repository), '1.root.json'))).toEqual(scene.root);
  });

  test.each([
    [{ threshold: 0 }, 'threshold 0'],
    [{ threshold: 3, offlineKeys: 2 }, '2 offline keys'],
    [{ bins: 12 }, '12 bins'],
  ])('is refused with %o', async (options, message) => {
    const dir = temporaryFolder();
    const place = { keys: join(dir, 'keys'), repository: join(dir, 'tuf') };
    await expect(initRepository({ ...place, ...options })).rejects.toThrow(message);
  });
});

describe('passphrases', () => {
  const passphrases = {
    offline: 'an offline passphrase that is long',
    online: 'an online passphrase that is long',
  };

  test('encrypt key files, and are needed from then on', async () => {
    const dir = temporaryFolder();
    const place = { keys: join(dir, 'keys'), repository: join(dir, 'tuf') };
    await initRepository({ ...place, passphrases });
    const bundle = {
      ...{ ...place, group: 'edge', ruleSet: rules() },
      custom: { commit: '1234567', pullRequest: null },
    };
    await expect(publishBundle(bundle)).rejects.toThrow('it is encrypted; say the passphrase');
    await expect(
      publishBundle({ ...bundle, passphrases: { online: passphrases.offline } }),
    ).rejects.toThrow('the passphrase does not fit');
    const { custom } = await publishBundle({ ...bundle, passphrases });
    expect(custom.seq).toBe(1);
  });

  test('that can be guessed are refused', async () => {
    const dir = temporaryFolder();
    const place = { keys: join(dir, 'keys'), repository: join(dir, 'tuf') };
    const weak = { ...place, passphrases: { offline: 'hunter2' } };
    await expect(initRepository(weak)).rejects.toThrow('too short');
  });
});

describe('publishing', () => {
  test('by several at once gives each its own number', async () => {
    const scene = await stage();
    const all = await Promise.all(
      [1, 2, 3, 4, 5].map((port) => scene.publish({ ruleSet: rules(port) })),
    );
    expect(all.map(({ custom }) => custom.seq).toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(await follow(scene.client())).toBe(5);
  });

  test('waits for another publisher', async () => {
    const scene = await stage();
    const other = new DatabaseSync(join(scene.repository, '.publish.lock'));
    other.exec('BEGIN EXCLUSIVE');
    let done = false;
    const publishing = scene.publish().then(() => {
      done = true;
    });
    await scene
      .client()
      .refresh()
      .catch(() => undefined);
    expect(done).toBe(false);
    other.close();
    await publishing;
    expect(done).toBe(true);
  });

  test('never lowers or repeats a sequence number', async () => {
    const scene = await stage();
    const custom = { commit: '1234567', pullRequest: null };
    await scene.publish({ custom: { ...custom, seq: 5 } });
    await expect(scene.publish({ custom: { ...custom, seq: 5 } })).rejects.toThrow('not above 5');
    expect((await scene.publish()).custom.seq).toBe(6);
  });

  test('goes on after a publisher that died before the timestamp', async () => {
    const scene = await stage();
    await scene.publish();
    const timestamp = join(metadata(scene.repository), 'timestamp.json');
    const kept = readFileSync(timestamp);
    await scene.publish({ ruleSet: rules(22) });
    writeFileSync(timestamp, kept);
    writeFileSync(join(metadata(scene.repository), '.9.snapshot.json.1.tmp'), 'half');
    const client = scene.client();
    expect(await follow(client)).toBe(1);
    await scene.publish({ ruleSet: rules(8443) });
    expect((await client.refresh())?.ruleSet).toEqual(rules(8443));
  });

  test('needs the keys', async () => {
    const scene = await stage();
    const other = await stage();
    await expect(scene.publish({ keys: other.keys })).rejects.toThrow('of the bundles keys');
    await expect(scene.publish({ keys: '/nonexistent' })).rejects.toThrow('of the bundles keys');
    await expect(scene.publish({ repository: '/nonexistent' })).rejects.toThrow('no repository');
  });

  test('says which key file is none', async () => {
    const scene = await stage();
    const path = join(scene.keys, 'online', 'other.pem');
    const { privateKey } = generateKeyPairSync('ed448');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(scene.publish()).rejects.toThrow(`${path}: it is no ed25519 key`);
  });

  test.each([
    ['timestamp', /timestamp\.json$/],
    ['snapshot', /snapshot\.json$/],
    ['bundles', /2\.bundles-.\.json$/],
  ])('signs nothing on top of %s metadata that somebody changed', async (_role, file) => {
    const scene = await stage();
    await scene.publish();
    edit(metadata(scene.repository), file, (bytes) =>
      Buffer.from(bytes.toString().replace('"expires":"20', '"expires":"21')),
    );
    await expect(scene.publish()).rejects.toThrow('restore the repository from a copy');
  });

  test('signs nothing on top of a repository that was exchanged', async () => {
    const scene = await stage();
    const forged = await stage();
    await forged.publish();
    rmSync(scene.repository, { recursive: true });
    renameSync(forged.repository, scene.repository);
    await expect(scene.publish()).rejects.toThrow('of the bundles keys');
  });

  test('removes what nobody can need any more, and nothing else', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish({ group: 'quiet' });
    for (let i = 0; i < 15; i++) await scene.publish({ ruleSet: rules(i + 1) });
    const all = readdirSync(scene.repository, { recursive: true, encoding: 'utf8' });
    const yesterday = Date.now() / 1000 - 86_400;
    for (const name of all) utimesSync(join(scene.repository, name), yesterday, yesterday);
    await scene.publish({ ruleSet: rules(8443) });
    const left = readdirSync(scene.repository, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.endsWith('snapshot.json')).length).toBeLessThan(12);
    expect(left.filter((name) => name.includes('edge/'))).toHaveLength(1);
    expect(await follow(client)).toBe(16);
    const quiet = scene.client({ group: 'quiet', state: join(scene.dir, 'quiet') });
    expect(await codeOf(quiet.refresh())).toBe('no error');
  });
});
