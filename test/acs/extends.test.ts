import { describe, expect, test } from 'vitest';
import { compile } from '../../src/rules/index.ts';
import { manifest, profile, read } from './manifests.ts';

const line = '0.4';
const bot = 'bot:\n  workloads: {cidrs: [10.8.1.0/28]}\n';
const bare = manifest(line, 'metadata: {team: finance}\n');

describe('a manifest with what it extends', () => {
  const files = {
    'teams/bot.yaml': manifest(
      line,
      `extends: [../base/network.yaml]\n${profile(
        `${bot}  allow:\n    web: {to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}\n`,
      )}`,
    ),
    'base/network.yaml': manifest(
      line,
      profile(
        'bot:\n  allow:\n    ledger: {to: {cidr: 10.20.0.0/16}}\n  deny:\n    old: {to: {cidr: 10.20.9.0/24}}\n',
        'owner: team-net',
      ),
    ),
  };

  test('is merged map by map, clauses of both included', () => {
    const { places, policySet } = read(files);
    expect(places).toEqual([]);
    const [agent] = policySet.agents;
    expect(agent?.allow.map(({ id }) => id)).toEqual(['ledger', 'web']);
    expect(agent?.deny.map(({ id }) => id)).toEqual(['old']);
    expect(agent?.metadata).toMatchObject({ version: '2.1.0', owner: 'team-net' });
  });

  test('has each clause where it stands, in the file where it stands', () => {
    const [agent] = read(files).policySet.agents;
    const at = [...(agent?.allow ?? []), ...(agent?.deny ?? [])].map(
      ({ id, position: { file, line } }) => `${id} ${file}:${line}`,
    );
    expect(at).toEqual([
      'ledger base/network.yaml:8',
      'web teams/bot.yaml:10',
      'old base/network.yaml:10',
    ]);
  });

  test('tells problems of the part in the part', () => {
    const broken = {
      ...files,
      'base/network.yaml': files['base/network.yaml'].replace('.9.0/24', '.9.0/99'),
    };
    expect(read(broken).places).toEqual(['SP304 base/network.yaml:10:28']);
  });

  test('comes to the same rules whatever the order of the files', () => {
    const turned = Object.fromEntries(Object.entries(files).reverse());
    expect(compile(read(turned).policySet)).toEqual(compile(read(files).policySet));
  });
});

test('a part is not read by itself: its profile counts with the manifest that extends it', () => {
  const { policySet, places } = read({
    'base.yaml': manifest(line, profile(bot, 'version: 2.1.0')),
    'leaf.yaml': manifest(line, 'extends: [./base.yaml]\nmetadata: {owner: me}\n'),
  });
  expect(places).toEqual([]);
  expect(policySet.agents.map(({ metadata }) => [metadata.name, metadata.owner])).toEqual([
    ['bot', 'me'],
  ]);
});

test('two manifests that extend one with an agent both have that agent, which is one too many', () => {
  const { places } = read({
    'base.yaml': manifest(line, profile(bot)),
    'a.yaml': manifest(line, 'extends: [base.yaml]\n'),
    'b.yaml': manifest(line, 'extends: [base.yaml]\n'),
  });
  expect(places).toContain('SP301 base.yaml:6:7');
});

test('the same parent over two ways is one', () => {
  const { places, policySet } = read({
    'top.yaml': manifest(line, `extends: [left.yaml, right.yaml, left.yaml]\n${profile(bot)}`),
    'left.yaml': manifest(line, 'extends: [base.yaml]\n'),
    'right.yaml': manifest(line, 'extends: [base.yaml]\n'),
    'base.yaml': bare,
  });
  expect(places).toEqual([]);
  expect(policySet.agents).toHaveLength(1);
});

describe('manifests that disagree are refused, as ACS refuses them', () => {
  const child = (metadata: string, agents = bot) =>
    manifest(line, `extends: [base.yaml]\n${profile(agents, metadata)}`);

  test.each([
    ['a text', child('version: 2.1.0'), 'metadata: {version: 1.0.0}\n', 'SP341 c.yaml:4:3'],
    [
      'a list, which is not joined',
      child('version: 2.1.0'),
      profile('bot:\n  workloads: {cidrs: [10.8.2.0/28]}\n', 'owner: me'),
      'SP341 c.yaml:8:21',
    ],
    [
      'a mapping and a text',
      child('{version: 2.1.0}'.slice(1, -1)),
      'metadata: {sallyport: none}\n',
      'SP341 c.yaml:5:3',
    ],
  ])('%s', (_, text, base, place) => {
    const { places, policySet, problems } = read({
      'c.yaml': text,
      'base.yaml': manifest(line, base),
    });
    expect(places).toEqual([place]);
    expect(problems[0]?.message).toMatch(/base\.yaml:\d/);
    expect(policySet.agents).toEqual([]);
  });

  test('what both say alike is no conflict', () => {
    const { places } = read({
      'c.yaml': child('version: 2.1.0\n  tags: [a, {b: 1}]'),
      'base.yaml': manifest(line, 'metadata: {version: 2.1.0, tags: [a, {b: 1}]}\n'),
    });
    expect(places).toEqual([]);
  });

  test('versions must be equal', () => {
    const { places } = read({
      'c.yaml': child('version: 2.1.0'),
      'base.yaml': bare.replace('0.4.0-alpha.1', '0.4.0-alpha.2'),
    });
    expect(places).toEqual(['SP340 c.yaml:2:11']);
  });
});

test.each([
  ['https://example.com/base.yaml', 'is a URL'],
  [`{url: "https://example.com/base.yaml", sha256: ${'a'.repeat(64)}}`, 'is a URL'],
  ['/etc/base.yaml', 'is an absolute path'],
  ['../base.yaml', 'lies outside the policy folder'],
  ['x/../../base.yaml', 'lies outside the policy folder'],
])('%s is reported as not followed', (entry, why) => {
  const { places, problems, policySet } = read({
    'm.yaml': manifest(line, `extends: [${entry}]\n${profile(bot)}`),
  });
  expect(places).toEqual(['SP430 m.yaml:2:11']);
  expect(problems[0]?.message).toContain(why);
  expect(policySet.agents).toHaveLength(1);
});

describe('what cannot be followed is an error at the entry', () => {
  const child = (entry: string) => manifest(line, `extends: [${entry}]\n${profile(bot)}`);
  const alone =
    'apiVersion: sallyport.dev/v1\nkind: Guardrail\nmetadata: {name: g, version: 1.0.0}\nspec: {selector: {x: y}}\n';

  test.each([
    ['a file that does not exist', { 'm.yaml': child('nothing.yaml') }],
    ['a file of another extension', { 'm.yaml': child('base.json') }],
    [
      'a manifest beside others in its file',
      { 'm.yaml': child('base.yaml'), 'base.yaml': `${bare}---\n${bare}` },
    ],
    ['a document of another kind', { 'm.yaml': child('base.yaml'), 'base.yaml': alone }],
    ['itself', { 'm.yaml': child('m.yaml') }],
  ])('%s', (_, files) => {
    const { places, policySet } = read(files as unknown as Record<string, string>);
    expect(places).toContain('SP340 m.yaml:2:11');
    expect(policySet.agents).toEqual([]);
  });

  test('a file with errors in its YAML, whose own problem is told too', () => {
    const { places } = read({ 'm.yaml': child('base.yaml'), 'base.yaml': `${bare}x: [` });
    expect(places.map((place) => place.slice(0, 15))).toEqual([
      'SP103 base.yaml',
      'SP340 m.yaml:2:',
    ]);
  });

  test('a circle of several, named', () => {
    const { problems } = read({
      'a.yaml': child('b.yaml'),
      'b.yaml': manifest(line, 'extends: [c.yaml]\n'),
      'c.yaml': manifest(line, 'extends: [a.yaml]\n'),
    });
    expect(problems.map(({ code }) => code)).toEqual(['SP340']);
    expect(problems[0]?.message).toContain('a.yaml → b.yaml → c.yaml → a.yaml');
  });

  test('a chain of more than 16', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `m${String(index).padStart(2, '0')}.yaml`,
          index === 0
            ? manifest(line, profile(bot))
            : manifest(line, `extends: [m${String(index - 1).padStart(2, '0')}.yaml]\n`),
        ]),
      );
    expect(read(chain(16)).places).toEqual([]);
    expect(read(chain(17)).places).toEqual(['SP340 m16.yaml:2:10']);
  });

  test('an entry that is no reference, and extends that is no list', () => {
    const text = (entries: string) =>
      `agent_control_specification_version: 0.4.0-alpha.1\nextends: ${entries}\n${profile(bot)}`;
    expect(read({ 'm.yaml': text('[1]') }).places).toEqual(['SP210 m.yaml:2:11']);
    expect(read({ 'm.yaml': text('base.yaml') }).places).toEqual(['SP210 m.yaml:2:10']);
  });
});
