import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPolicies, PolicyFolderError, readPolicyFolder } from '../../src/source/index.ts';
import { agent } from '../policy/samples.ts';

let outer: string;
let dir: string;

beforeEach(async () => {
  outer = await mkdtemp(path.join(tmpdir(), 'sallyport-source-'));
  dir = path.join(outer, 'policies');
  await mkdir(dir);
});

afterEach(() => rm(outer, { recursive: true, force: true }));

async function write(name: string, text = ''): Promise<void> {
  const file = path.join(dir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function names(): Promise<string[]> {
  return (await readPolicyFolder(dir)).files.map((file) => file.path);
}

describe('what is read (F1)', () => {
  test('yaml and yml at any depth, dot-files too, but not Git’s own folder', async () => {
    for (const name of [
      'b.yml',
      'a.yaml',
      'x/y/z.yaml',
      '.hidden.yaml',
      '.ci/c.yaml',
      '.git/g.yaml',
      'x/.git/g.yaml',
    ]) {
      await write(name);
    }
    expect(await names()).toEqual(['.ci/c.yaml', '.hidden.yaml', 'a.yaml', 'b.yml', 'x/y/z.yaml']);
  });

  test('other extensions are listed as ignored', async () => {
    for (const name of ['README.md', 'a.yaml', 'a.yaml.bak', 'b.YAML', 'sub/c.json'])
      await write(name);
    const { ignored, problems } = await readPolicyFolder(dir);
    expect(ignored).toEqual(['README.md', 'a.yaml.bak', 'b.YAML', 'sub/c.json']);
    expect(problems).toEqual([]);
  });

  test('the folder itself may be a link', async () => {
    await write('a.yaml');
    await symlink(dir, path.join(outer, 'link'));
    expect((await readPolicyFolder(path.join(outer, 'link'))).files).toHaveLength(1);
  });
});

describe('symbolic links', () => {
  test('out of the folder is an error, whatever it is called', async () => {
    await writeFile(path.join(outer, 'secret.yaml'), 'a: 1');
    await mkdir(path.join(outer, 'policies-of-others'));
    await symlink('../secret.yaml', path.join(dir, 'a.yaml'));
    await symlink('/etc/hostname', path.join(dir, 'note.txt'));
    await symlink('../policies-of-others', path.join(dir, 'more'));
    const { files, problems } = await readPolicyFolder(dir);
    expect(files).toEqual([]);
    expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'SP111 a.yaml',
      'SP111 more',
      'SP111 note.txt',
    ]);
  });

  test('inside the folder a file is read once, as in a mounted ConfigMap', async () => {
    await write('..2026/a.yaml', 'a: 1');
    await symlink('..2026', path.join(dir, '..data'));
    await symlink('..data/a.yaml', path.join(dir, 'a.yaml'));
    expect(await names()).toEqual(['..2026/a.yaml']);
    expect((await readPolicyFolder(dir)).problems).toEqual([]);
  });

  test('a link to a file of another name is read under its own', async () => {
    await write('a.txt', 'a: 1');
    await symlink('a.txt', path.join(dir, 'a.yaml'));
    expect(await names()).toEqual(['a.yaml']);
  });

  test('circles and dangling links are problems', async () => {
    await symlink('b.yaml', path.join(dir, 'a.yaml'));
    await symlink('a.yaml', path.join(dir, 'b.yaml'));
    await symlink('nowhere', path.join(dir, 'c.yaml'));
    await symlink('.', path.join(dir, 'self'));
    const { problems } = await readPolicyFolder(dir);
    expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'SP112 a.yaml',
      'SP112 b.yaml',
      'SP112 c.yaml',
    ]);
  });
});

describe('what cannot be read', () => {
  test('a file over 1 MiB is a problem, however large', async () => {
    await write('big.yaml');
    await truncate(path.join(dir, 'big.yaml'), 10 * 2 ** 30);
    const { files, problems } = await readPolicyFolder(dir);
    expect(files).toEqual([]);
    expect(problems).toMatchObject([{ code: 'SP102', file: 'big.yaml' }]);
  });

  test('a pipe is a problem, and nobody waits for it', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(dir, 'pipe.yaml')]);
    expect((await readPolicyFolder(dir)).problems).toMatchObject([
      { code: 'SP112', file: 'pipe.yaml' },
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('missing permission is a problem', async () => {
    await write('a.yaml');
    await chmod(path.join(dir, 'a.yaml'), 0);
    expect((await readPolicyFolder(dir)).problems).toMatchObject([
      { code: 'SP112', message: expect.stringContaining('permission denied') },
    ]);
  });

  test('no folder, or a file in its place, is an error of its own', async () => {
    await write('a.yaml');
    await expect(readPolicyFolder(path.join(outer, 'none'))).rejects.toThrow(PolicyFolderError);
    await expect(readPolicyFolder(path.join(dir, 'a.yaml'))).rejects.toThrow('it is not a folder');
  });
});

test('a file that changes its name is in every reading, under one name or the other', async () => {
  const text = agent('bot', 'workloads: {cidrs: [10.0.0.1/32]}');
  await write('a.yaml', text);
  for (let i = 0; i < 40; i++) await write(`m${i}.txt`);
  let running = true;
  const moving = (async () => {
    for (let i = 0; running; i++) {
      const [from, to] = i % 2 === 0 ? ['a.yaml', 'z.yaml'] : ['z.yaml', 'a.yaml'];
      await rename(path.join(dir, from as string), path.join(dir, to as string));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  try {
    for (let i = 0; i < 50; i++) {
      const { policySet, problems } = await loadPolicies(dir);
      // A folder that never rests is a problem; one that is reported as sound is complete.
      if (problems.length === 0) expect(policySet.agents).toHaveLength(1);
    }
  } finally {
    running = false;
    await moving;
  }
});

test('problems of reading and of the policies come sorted together', async () => {
  await write('a.yaml', 'x: 1');
  await write('c.yaml', 'x: 1');
  await symlink('/etc/hostname', path.join(dir, 'b.yaml'));
  const { problems, files } = await loadPolicies(dir);
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    'SP203 a.yaml',
    'SP111 b.yaml',
    'SP203 c.yaml',
  ]);
  expect(files.map((file) => file.path)).toEqual(['a.yaml', 'c.yaml']);
});
