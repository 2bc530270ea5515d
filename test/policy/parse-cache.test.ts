import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ParseCache, type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
import { agent, agentWith, guardrail } from './samples.ts';

const encoded = (text: string) => new TextEncoder().encode(text);
const file = (path: string, text: string | Uint8Array): PolicyFile => ({ path, text });

test('a file that has not changed is parsed once', () => {
  const cache = new ParseCache();
  const text = agentWith('allow: [{id: a, to: {any: true}}]');
  const [first] = parsePolicies([file('a.yaml', text)], [], cache).policySet.agents;
  const other = agent('other', 'workloads: {cidrs: [10.9.0.0/24]}');
  const again = parsePolicies([file('a.yaml', text), file('b.yaml', other)], [], cache);
  expect(again.policySet.agents[0]?.allow[0]).toBe(first?.allow[0]);
});

test('a document stays the same object as long as its endpoints are the same', () => {
  const cache = new ParseCache();
  const user = file('a.yaml', agentWith('allow: [{id: a, to: {endpoint: crm}}]'));
  const read = (port: number) => {
    const text = `apiVersion: sallyport.dev/v1
kind: Endpoint
metadata: {name: crm, version: 1.0.0}
spec: {cidr: 10.9.0.0/24, protocol: tcp, ports: [${port}]}
`;
    const { policySet, problems } = parsePolicies([user, file('crm.yaml', text)], [], cache);
    expect(problems).toEqual([]);
    return policySet.agents[0];
  };
  const first = read(443);
  expect(read(443)).toBe(first);
  expect(read(8443)?.allow[0]?.ports).toEqual([[8443, 8443]]);
  expect(read(443)?.allow[0]?.ports).toEqual([[443, 443]]);
});

test('what moves or changes is read anew', () => {
  const cache = new ParseCache();
  const text = agentWith('allow: [{id: a, to: {any: true}}]');
  parsePolicies([file('a.yaml', text)], [], cache);
  const moved = parsePolicies([file('b.yaml', text)], [], cache).policySet.agents[0];
  expect(moved?.position.file).toBe('b.yaml');
  const changed = parsePolicies([file('a.yaml', text.replace('id: a', 'id: b'))], [], cache);
  expect(changed.policySet.agents[0]?.allow[0]?.id).toBe('b');
});

test('text and bytes that look alike are told apart', () => {
  const cache = new ParseCache();
  // As UTF-8 both unpaired surrogates would be the same replacement character.
  const texts = ['\ud800', '\ud801'].map((character) =>
    agent('a', `# ${character}\nmode: ${character}`),
  );
  const apart = texts.map((text) => parsePolicies([file('a.yaml', text)]).problems);
  const cached = texts.map((text) => parsePolicies([file('a.yaml', text)], [], cache).problems);
  expect(cached).toEqual(apart);
});

test('the cache stays within its bound, and keeps what was used last', () => {
  const texts = ['a', 'b', 'c'].map((name, index) =>
    agent(name, `workloads: {cidrs: [10.0.0.${index}/32]}`),
  );
  const size = texts[0]?.length ?? 0;
  const cache = new ParseCache({ maxBytes: 2 * size });
  const read = (index: number) =>
    parsePolicies([file(`${index}.yaml`, texts[index] ?? '')], [], cache).policySet.agents[0]
      ?.workloads.cidrs[0];
  const [a, b] = [read(0), read(1)];
  expect(read(0)).toBe(a);
  read(2);
  expect(cache.bytes).toBeLessThanOrEqual(2 * size);
  expect(read(0)).toBe(a);
  expect(read(1)).not.toBe(b);
});

test('a file larger than the bound is parsed and not kept', () => {
  const cache = new ParseCache({ maxBytes: 10 });
  expect(parsePolicies([file('a.yaml', agentWith(''))], [], cache).policySet.agents).toHaveLength(
    1,
  );
  expect(cache.bytes).toBe(0);
});

/** Folders of documents that are broken alone, broken together, or in order. */
const documents = fc.constantFrom(
  agentWith('allow: [{id: a, to: {endpoint: cards}}]'),
  agentWith('allow: [{id: a, to: {agent: other}, via: eu}]'),
  agent(
    'other',
    'workloads: {cidrs: [10.8.1.0/30]}\ndata: [phi]\nallow: [{id: a, to: {any: true}}]',
  ),
  agent('other', 'workloads: {selector: {app: x}}\ngateways: {cloud: aws}'),
  agent('third', 'workloads: {selector: {app: x, tier: y}}'),
  guardrail('company', 'require: [{data: [phi], encrypted: true}]\ndns: {resolvers: [10.8.0.53]}'),
  guardrail('company', 'selector: {tier: gold}\nallow: {x: {to: {endpoint: cards}}}'),
  'apiVersion: sallyport.dev/v1\nkind: Endpoint\nmetadata: {name: cards, version: 1.0.0}\nspec: {host: a.example, protocol: https}\n',
  'apiVersion: sallyport.dev/v1\nkind: Endpoint\nmetadata: {name: cards, version: 1.0.0}\nspec: {host: a.example, protocol: tcp}\n',
  'apiVersion: sallyport.dev/v1\nkind: GatewayGroup\nmetadata: {name: aws, version: 1.0.0, labels: {cloud: aws}}\nspec: {routes: {eu: {mark: 1}}}\n',
  'apiVersion: sallyport.dev/v1\nkind: PolicyTest\nmetadata: {name: t, version: 1.0.0}\nspec: {cases: [{agent: other, to: 10.0.0.1, protocol: icmp, expect: deny, clause: a}]}\n',
  'kind: [',
);
/** As in a folder, no two files have one path. */
const folder = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom('a.yaml', 'b.yaml', 'c.yaml', 'd.yaml'),
    text: fc.oneof(
      fc.array(documents, { minLength: 1, maxLength: 4 }).map((list) => list.join('---\n')),
      documents.map(encoded),
    ),
  }),
  { maxLength: 4, selector: ({ path }) => path },
);

test('with a cache and without, folders mean the same, whatever was read before', () => {
  const cache = new ParseCache({ maxBytes: 2000 });
  fc.assert(
    fc.property(folder, (files) => {
      const plain = parsePolicies(files);
      expect(parsePolicies(files, [], cache)).toEqual(plain);
      expect(parsePolicies(files, [], cache)).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});

test('the order in which files are given means nothing', () => {
  fc.assert(
    fc.property(folder, (files) => {
      expect(parsePolicies(files.toReversed())).toEqual(parsePolicies(files));
    }),
    { numRuns: 300 },
  );
});
