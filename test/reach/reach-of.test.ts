import { expect, test } from 'vitest';
import { type Address, parseAddress } from '../../src/policy/index.ts';
import { reachOf, whoReaches } from '../../src/reach/index.ts';
import { agent, from, guardrail, rulesOf } from './rules-of.ts';

const bot = agent('bot', [
  'allow:',
  '  - {id: api, to: {host: "*.example.com"}, protocol: https, during: office}',
  '  - {id: db, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432], budget: small}',
  '  - {id: peer, to: {agent: server}, protocol: tcp, ports: [80, 443]}',
  'deny:',
  '  - {id: legacy, to: {cidr: 10.20.9.0/24}}',
]);
const server = agent(
  'server',
  ['ingress:', '  allow:', '    - {id: in, from: {agent: bot}, protocol: tcp, ports: [80]}'],
  '[10.9.0.0/28]',
);
const rules = rulesOf(bot, server);

function grants(name: string) {
  return Object.fromEntries(
    reachOf(rules, name, { from }).grants.map(({ deciding, regions, ...grant }) => [
      deciding.clause?.split('#').pop() ?? 'implied',
      { ...grant, regions },
    ]),
  );
}

test('clause by clause, without what denies leave out', () => {
  const { db, api, peer, implied } = grants('bot');
  expect(db).toEqual({
    direction: 'egress',
    budget: { name: 'small', bytes: 100_000_000, per: 'hour' },
    regions: [
      {
        peer: { addresses: { include: ['10.20.0.0/16'], except: ['10.20.9.0/24'] } },
        traffic: [{ protocol: 'tcp', ports: [[5432, 5432]] }],
      },
    ],
  });
  expect(api?.regions).toMatchObject([
    {
      names: { some: [{ include: ['*.example.com'], except: [] }] },
      sni: { include: ['*.example.com'], missing: false },
      time: { cases: [{ during: [{ from: 480, to: 1080 }] }] },
    },
  ]);
  expect(peer?.regions).toEqual([
    { peer: { agent: 'server' }, traffic: [{ protocol: 'tcp', ports: [[80, 80]] }] },
  ]);
  expect(implied?.regions).toEqual([
    {
      peer: { addresses: { include: ['10.8.0.53/32'], except: [] } },
      traffic: [{ protocol: 'udp', ports: [[53, 53]] }],
    },
  ]);
});

test('nobody’s reach is nothing', () => {
  expect(reachOf(rules, 'nobody', { from }).grants).toEqual([]);
});

test('what a guardrail denies is out of reach', () => {
  const shut = rulesOf(bot, server, guardrail('shut', ['deny:', '  - {id: all, to: {any: true}}']));
  expect(reachOf(shut, 'bot', { from }).grants).toEqual([]);
});

function who(target: string) {
  const address = parseAddress(target);
  return whoReaches(rules, address ? { address } : { name: target }, { from }).map(
    ({ agent: name, grants: found }) => [
      name,
      found.map(({ deciding }) => deciding.clause?.split('#')[1]),
    ],
  );
}

test('who can touch an address, an agent’s among them', () => {
  expect(who('10.20.1.1')).toEqual([['bot', ['api', 'db']]]);
  expect(who('10.20.9.1')).toEqual([]);
  expect(who('10.9.0.1')).toEqual([['bot', ['peer']]]);
  const mapped: Address = { family: 6, value: (0xffffn << 32n) | 0x0a140101n };
  expect(whoReaches(rules, { address: mapped }, { from })).toEqual([]);
});

test('who can touch a host: clauses that name it', () => {
  expect(who('www.example.com')).toEqual([['bot', ['api']]]);
  expect(who('a.www.example.com')).toEqual([]);
  const [reacher] = whoReaches(rules, { name: 'www.example.com' }, { from });
  const [region] = reacher?.grants[0]?.regions ?? [];
  // What the question says is not said again.
  expect(region).not.toHaveProperty('names');
  expect(region).not.toHaveProperty('sni');
});
