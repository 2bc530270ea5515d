import { describe, expect, test } from 'vitest';
import { crossings, modulesBelow } from './modules.ts';

// From the ground up: a folder imports only what stands in lines above its own.
const order = [
  ['src/policy'],
  ['src/markdown'],
  ['src/rules'],
  ['src/reach'],
  ['src/analysis'],
  ['src/reach/report'],
  ['src/source', 'src/flow-lines'],
  ['src/traffic', 'src/bundle'],
  ['src/impact'],
  ['src/terminal'],
  ['gateway/layout'],
  ['gateway/kernel', 'gateway/lower'],
  ['gateway/tables', 'gateway/confine'],
  ['gateway/judge', 'gateway/workloads'],
  ['src/app'],
  ['src/cli', 'src/index.ts', 'gateway/agent', 'gateway/build'],
  ['lab/net', 'lab/github'],
  ['lab/clients', 'lab/services'],
  ['lab/instance'],
  ['lab/control'],
  ['lab/scenarios'],
  ['lab/commands', 'lab/demo'],
  ['lab/main.ts'],
];
// Programs that are no part of another: nothing of the product knows of the lab, nothing of the core of the gateway.
const inside: Readonly<Record<string, readonly string[]>> = {
  src: ['src'],
  gateway: ['src', 'gateway'],
  lab: ['src', 'lab'],
};

const modules = modulesBelow('src', 'gateway', 'lab');
const rank = (folder: string) => order.findIndex((line) => line.includes(folder));
const top = (folder: string) => folder.split('/')[0] ?? '';

test('every folder has its place in the order', () => {
  const unknown = new Set(modules.map(({ folder }) => folder).filter((one) => rank(one) < 0));
  expect([...unknown]).toEqual([]);
});

test('imports go one way', () => {
  const wrong = crossings(modules).filter(
    ({ folder, target }) =>
      rank(target) >= rank(folder) || !inside[top(folder)]?.includes(top(target)),
  );
  expect(wrong.map(({ from, file }) => `${from} imports ${file}`)).toEqual([]);
});

test('a folder is entered by its index alone', () => {
  const past = crossings(modulesBelow('src', 'gateway', 'lab', 'bench')).filter(
    ({ file, target }) => file !== `${target}/index.ts` && file !== target,
  );
  expect(past.map(({ from, file }) => `${from} imports ${file}`)).toEqual([]);
});

describe('the core is pure', () => {
  const core = modules.filter(({ folder }) =>
    [
      'src/policy',
      'src/markdown',
      'src/rules',
      'src/reach',
      'src/reach/report',
      'src/analysis',
    ].includes(folder),
  );

  test('it computes, and touches no file, clock, network or process', () => {
    const allowed = /^(ajv|yaml|tldts|fastest-levenshtein|node:crypto|node:url)(\/|$)/;
    const imports = core.flatMap(({ path, packages }) =>
      packages.filter((name) => !allowed.test(name)).map((name) => `${path} imports ${name}`),
    );
    expect(imports).toEqual([]);
  });

  test('it asks the platform for nothing', () => {
    const impure =
      /\bprocess\.\w|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bsetTimeout\(|\bsetInterval\(|\bfetch\(|\bconsole\.|\bMath\.random\b/;
    const uses = core.filter(({ text }) => impure.test(text)).map(({ path }) => path);
    expect(core.length).toBeGreaterThan(30);
    expect(uses).toEqual([]);
  });
});
