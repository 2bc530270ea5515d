import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { alpha, sallyport, temporaryFolder } from './policy-folder.ts';

/** A repository with keys, policies beside them. */
async function repository() {
  const dir = temporaryFolder({});
  const policies = path.join(dir, 'policies');
  mkdirSync(policies);
  writeFileSync(path.join(policies, 'alpha.yaml'), alpha);
  const place = ['--keys', path.join(dir, 'keys'), '--repository', path.join(dir, 'tuf')];
  const made = await sallyport(['keys', 'init', ...place]);
  return { dir, policies, place, made };
}

describe('sallyport keys', () => {
  it('makes keys and says what becomes of each', async () => {
    const { dir, made } = await repository();
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toContain(path.join(dir, 'tuf/metadata/1.root.json'));
    expect(made.stdout.match(/offline\/(root|targets)\.[0-9a-f]{12}\.pem/g)).toHaveLength(6);
    expect(
      made.stdout.match(/online\/(bundles|snapshot|timestamp)\.[0-9a-f]{12}\.pem/g),
    ).toHaveLength(3);
  });

  it('replaces keys and shows who signs what', async () => {
    const { dir, place } = await repository();
    const rotated = await sallyport(['keys', 'rotate', 'timestamp', ...place, '--json']);
    expect(rotated.exitCode).toBe(0);
    const { created, retired, rootVersion } = JSON.parse(rotated.stdout);
    expect(rootVersion).toBe(2);
    const shown = await sallyport(['keys', 'show', '--repository', path.join(dir, 'tuf')]);
    const id = (file: string) => path.basename(file).split('.')[1];
    expect(shown.stdout).toContain(`1 of ${id(created[0])}`);
    expect(shown.stdout).not.toContain(id(retired[0]));
    expect(shown.stdout).toContain('nothing is published yet');
  });

  it('renews offline roles when told to', async () => {
    const { place } = await repository();
    const idle = await sallyport(['keys', 'renew', ...place]);
    expect(idle.stdout).toContain('nothing is due');
    const renewed = await sallyport(['keys', 'renew', '--offline', ...place]);
    expect(renewed.stdout).toContain('renewed: root, targets, snapshot, timestamp');
  });

  it('takes passphrases from the environment or a file', async () => {
    const dir = temporaryFolder({ secret: 'a passphrase of some length\n', none: '' });
    const file = (name: string) => path.join(dir, name);
    const place = ['--keys', file('keys'), '--repository', file('tuf')];
    const made = await sallyport(['keys', 'init', ...place, '--passphrase-file', file('secret')]);
    expect(made.exitCode).toBe(0);
    const without = await sallyport(['keys', 'renew', '--offline', ...place]);
    expect(without).toMatchObject({ exitCode: 2 });
    expect(without.stderr).toContain('it is encrypted; say the passphrase');
    const empty = await sallyport(['keys', 'renew', ...place, '--passphrase-file', file('none')]);
    expect(empty.stderr).toContain('is empty');
    const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
    const env = { SALLYPORT_PASSPHRASE: 'a passphrase of some length' };
    const { exitCode } = await execa(
      process.execPath,
      [main, 'keys', 'renew', '--offline', ...place],
      { env },
    );
    expect(exitCode).toBe(0);
  });

  it('says what is wrong with a command', async () => {
    const { place } = await repository();
    const again = await sallyport(['keys', 'init', ...place]);
    expect(again).toMatchObject({ exitCode: 2 });
    expect(again.stderr).toContain('choose an empty folder');
    const role = await sallyport(['keys', 'rotate', 'everything', ...place]);
    expect(role).toMatchObject({ exitCode: 2 });
    expect(role.stderr).toContain(
      'Allowed choices are root, targets, bundles, snapshot, timestamp',
    );
    const number = await sallyport(['keys', 'init', ...place, '--bins', 'many']);
    expect(number.stderr).toContain('It must be a whole number');
  });
});

describe('sallyport publish', () => {
  const commit = ['--commit', '0123456789abcdef0123456789abcdef01234567'];

  it('publishes rules and says which', async () => {
    const { policies, place } = await repository();
    const args = ['publish', policies, '--group', 'edge', ...place, ...commit];
    const first = await sallyport(args);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain('edge: bundle 1 of commit 0123456789ab, 1 agent and 1 clause');
    const second = await sallyport([...args, '--pull-request', '17', '--json']);
    const report = JSON.parse(second.stdout);
    expect(report.custom).toMatchObject({ seq: 2, pullRequest: 17, agents: 1 });
    expect(Object.keys(report.timings)).toEqual(['compileMs', 'signMs', 'publishMs']);
  });

  it('publishes what the group carries, and says if the policies do not know it', async () => {
    const { policies, place } = await repository();
    writeFileSync(
      path.join(policies, 'groups.yaml'),
      'apiVersion: sallyport.dev/v1\nkind: GatewayGroup\nmetadata: {name: eu, version: 1.0.0, labels: {region: eu}}\nspec: {}\n',
    );
    const local = alpha.replace('spec:', 'spec:\n  gateways: {region: eu}');
    writeFileSync(path.join(policies, 'alpha.yaml'), local);
    const publish = (group: string) =>
      sallyport(['publish', policies, '--group', group, ...place, ...commit]);
    expect(await publish('eu')).toMatchObject({
      stderr: '',
      stdout: expect.stringContaining('1 agent and 1 clause'),
    });
    const edge = await publish('edge');
    expect(edge.stderr).toContain('warning: no GatewayGroup document is called edge');
    expect(edge.stdout).toContain('0 agents and 0 clauses');
  });

  it('publishes nothing while the policies have errors', async () => {
    const { dir, policies, place } = await repository();
    const timestamp = path.join(dir, 'tuf/metadata/timestamp.json');
    const before = readFileSync(timestamp, 'utf8');
    writeFileSync(path.join(policies, 'alpha.yaml'), alpha.replace('443', '0'));
    const { exitCode, stderr } = await sallyport([
      ...['publish', policies, '--group', 'edge'],
      ...[...place, ...commit],
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('alpha.yaml:7');
    expect(readFileSync(timestamp, 'utf8')).toBe(before);
  });

  it('names the commit of the work tree, if the folder is as it was committed', async () => {
    const { policies, place } = await repository();
    const git = (...args: string[]) => execa('git', ['-C', policies, ...args]);
    const publish = () => sallyport(['publish', policies, '--group', 'edge', ...place, '--json']);
    expect((await publish()).stderr).toContain('in no Git work tree: say the commit');
    await git('init', '-q');
    expect((await publish()).stderr).toContain('not committed');
    await git('add', '.');
    const author = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
    await git(...author, 'commit', '-q', '-m', 'first');
    const { stdout: head } = await git('rev-parse', 'HEAD');
    expect(JSON.parse((await publish()).stdout).custom.commit).toBe(head);
  });

  it('refuses what cannot be a group or a commit', async () => {
    const { policies, place } = await repository();
    const odd = await sallyport(['publish', policies, '--group', '../x', ...place]);
    expect(odd).toMatchObject({ exitCode: 2 });
    expect(odd.stderr).toContain('no name for a gateway group');
    const branch = await sallyport([
      'publish',
      policies,
      '--group',
      'a',
      ...place,
      '--commit',
      'main',
    ]);
    expect(branch.stderr).toContain('hexadecimal');
  });
});
