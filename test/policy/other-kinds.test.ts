import { describe, expect, test } from 'vitest';
import { builtinClauses, formatAddress, formatHostPattern } from '../../src/policy/index.ts';
import { builtinGuardrail } from '../../src/rules/builtin-guardrail.ts';
import { agent, agentWith, codes, guardrail, parse, placeOf, places } from './samples.ts';

const documentOf =
  (kind: string) =>
  (spec: string, name = 'it', labels = '{}') =>
    `apiVersion: sallyport.dev/v1
kind: ${kind}
metadata: {name: ${name}, version: 1.0.0, labels: ${labels}}
spec: ${spec}
`;
const endpoint = documentOf('Endpoint');
const gatewayGroup = documentOf('GatewayGroup');
const policyTest = documentOf('PolicyTest');

describe('endpoints', () => {
  const cards = endpoint(
    '{host: "*.cards.example", protocol: https, ports: [8443], accepts: [pii]}',
    'cards',
  );

  test('an endpoint is what it says', () => {
    const { policySet, problems } = parse(
      cards,
      agentWith('allow: [{id: a, to: {endpoint: cards}}]'),
    );
    expect(problems).toEqual([]);
    expect(policySet.endpoints).toMatchObject([
      {
        kind: 'Endpoint',
        metadata: { name: 'cards' },
        to: { kind: 'host', host: { match: 'one', suffix: 'cards.example' } },
        protocol: 'https',
        ports: [[8443, 8443]],
        accepts: ['pii'],
        position: { file: '0.yaml', line: 1, column: 1 },
      },
    ]);
  });

  test('a clause that names one has its terms, and its own conditions', () => {
    const clause =
      '{id: a, to: {endpoint: cards}, onBehalfOf: [group:clerks], expires: 2030-01-31}';
    const [policy] = parse(cards, agentWith(`allow: [${clause}]`)).policySet.agents;
    expect(policy?.allow).toMatchObject([
      {
        id: 'a',
        endpoint: 'cards',
        to: { kind: 'host', host: { suffix: 'cards.example' } },
        protocol: 'https',
        ports: [[8443, 8443]],
        accepts: ['pii'],
        onBehalfOf: ['group:clerks'],
        expires: '2030-01-31',
        position: { file: '1.yaml' },
      },
    ]);
  });

  test('a guardrail can name one, in a deny too', () => {
    const company = guardrail('company', 'deny: [{id: a, to: {endpoint: cards}}]');
    const [found] = parse(cards, agentWith(''), company).policySet.guardrails;
    const [clause] = found?.deny ?? [];
    expect(clause?.to.kind === 'host' && formatHostPattern(clause.to.host)).toBe('*.cards.example');
  });

  test('where its endpoint is missing, the whole document is no policy', () => {
    const { policySet } = parse(
      agentWith('allow: [{id: a, to: {endpoint: cards}}, {id: b, to: {any: true}}]'),
    );
    expect(policySet.agents).toEqual([]);
  });

  test.each([
    ['neither host nor cidr', '{protocol: https}', 'SP214'],
    ['both', '{host: a.example, cidr: 10.0.0.0/8}', 'SP214'],
    ['any', '{any: true}', 'SP208'],
    ['an exception without a cidr', '{host: a.example, except: [10.0.0.0/8]}', 'SP214'],
    ['an exception outside', '{cidr: 10.0.0.0/8, except: [11.0.0.0/8]}', 'SP308'],
    ['tcp without ports', '{host: a.example, protocol: tcp}', 'SP310'],
    ['icmp with ports', '{cidr: 10.0.0.0/8, protocol: icmp, ports: [1]}', 'SP311'],
    ['paths', '{host: a.example, paths: [/x]}', 'SP208'],
  ])('%s is refused', (_, spec, code) => {
    expect(codes(endpoint(spec))).toEqual(expect.arrayContaining([code]));
  });
});

describe('gateway groups', () => {
  const carried = agentWith('');

  test('a group is what it says', () => {
    const text = gatewayGroup(
      '{stage: 2, routes: {eu: {interface: eth1, nextHop: "2001:db8::1"}, link: {interface: wg0}, marked: {mark: 16}}}',
      'aws-eu',
      '{cloud: aws}',
    );
    const { policySet, problems } = parse(text, carried);
    expect(problems).toEqual([]);
    const [group] = policySet.gatewayGroups;
    expect(group).toMatchObject({ metadata: { labels: { cloud: 'aws' } }, stage: 2 });
    expect(group?.routes).toMatchObject({ link: { interface: 'wg0' }, marked: { mark: 16 } });
    const eu = group?.routes.eu;
    expect(eu && 'nextHop' in eu && eu.nextHop && formatAddress(eu.nextHop)).toBe('2001:db8::1');
  });

  test('stage 0 and no routes by default', () => {
    expect(parse(gatewayGroup('{}'), carried).policySet.gatewayGroups).toMatchObject([
      { stage: 0, routes: {} },
    ]);
  });

  test.each([
    ['a mark of 0', '{routes: {a: {mark: 0}}}', 'SP213'],
    ['a mark beyond 32 bits', '{routes: {a: {mark: 4294967296}}}', 'SP213'],
    ['mark and interface', '{routes: {a: {mark: 1, interface: eth1}}}', 'SP216'],
    ['neither', '{routes: {a: {}}}', 'SP216'],
    ['a next hop without an interface', '{routes: {a: {mark: 1, nextHop: 192.0.2.1}}}', 'SP216'],
    [
      'a next hop that is a block',
      '{routes: {a: {interface: eth1, nextHop: 192.0.2.0/24}}}',
      'SP309',
    ],
    ['a mapped next hop', '{routes: {a: {interface: eth1, nextHop: "::ffff:1.2.3.4"}}}', 'SP307'],
    ['an interface with a slash', '{routes: {a: {interface: a/b}}}', 'SP212'],
    ['an interface of 16 characters', '{routes: {a: {interface: abcdefghijklmnop}}}', 'SP212'],
    ['an interface called ..', '{routes: {a: {interface: ..}}}', 'SP212'],
    ['stage 10', '{stage: 10}', 'SP213'],
    ['a route called EU', '{routes: {EU: {mark: 1}}}', 'SP212'],
  ])('%s is refused', (_, spec, code) => {
    expect(codes(gatewayGroup(spec), carried)).toEqual([code]);
  });
});

describe('policy tests', () => {
  const alpha = agentWith('deny: [{id: no, to: {any: true}}]');
  const cases = (...list: string[]) => policyTest(`{cases: [${list.join(', ')}]}`, 'promises');

  test('a case is what it says', () => {
    const text = cases(
      '{agent: bot, to: BÜCHER.example, protocol: https, onBehalfOf: [user:a, user:a], at: "2026-03-09T10:30:00+01:00", expect: deny, clause: "no"}',
      '{agent: bot, to: "2001:db8::1", protocol: udp, port: 123, onBehalfOf: [], expect: deny, clause: null}',
      '{agent: bot, to: {agent: bot}, protocol: icmp, expect: deny}',
    );
    const { policySet, problems } = parse(alpha, text);
    expect(problems).toEqual([]);
    expect(policySet.tests[0]?.cases).toMatchObject([
      {
        agent: 'bot',
        to: { kind: 'name', name: 'xn--bcher-kva.example' },
        protocol: 'https',
        port: 443,
        onBehalfOf: ['user:a'],
        at: Date.UTC(2026, 2, 9, 9, 30),
        expect: 'deny',
        clause: 'no',
      },
      { to: { kind: 'address', address: { family: 6 } }, port: 123, onBehalfOf: [], clause: null },
      { to: { kind: 'agent', agent: 'bot' }, protocol: 'icmp' },
    ]);
    expect(policySet.tests[0]?.cases[2]).not.toHaveProperty('clause');
    expect(policySet.tests[0]?.cases[2]).not.toHaveProperty('at');
  });

  test.each([
    ['tcp without a port', '{agent: bot, to: a.example, protocol: tcp, expect: deny}', 'SP310'],
    [
      'icmp with one',
      '{agent: bot, to: a.example, protocol: icmp, port: 1, expect: deny}',
      'SP311',
    ],
    ['a pattern', '{agent: bot, to: "*.a.example", protocol: icmp, expect: deny}', 'SP313'],
    ['one label', '{agent: bot, to: localhost, protocol: icmp, expect: deny}', 'SP313'],
    ['a block', '{agent: bot, to: 10.0.0.0/8, protocol: icmp, expect: deny}', 'SP309'],
    [
      'a mapped address',
      '{agent: bot, to: "::ffff:1.2.3.4", protocol: icmp, expect: deny}',
      'SP307',
    ],
    [
      'a field beside agent',
      '{agent: bot, to: {agent: bot, any: true}, protocol: icmp, expect: deny}',
      'SP208',
    ],
    ['protocol any', '{agent: bot, to: a.example, protocol: any, expect: deny}', 'SP211'],
    [
      'no offset',
      '{agent: bot, to: a.example, protocol: icmp, at: "2026-03-09T10:30:00", expect: deny}',
      'SP212',
    ],
    [
      '30 February',
      '{agent: bot, to: a.example, protocol: icmp, at: "2026-02-30T10:30:00Z", expect: deny}',
      'SP323',
    ],
    [
      '24 o’clock',
      '{agent: bot, to: a.example, protocol: icmp, at: "2026-02-03T24:00:00Z", expect: deny}',
      'SP323',
    ],
    ['expect: drop', '{agent: bot, to: a.example, protocol: icmp, expect: drop}', 'SP211'],
    [
      'a clause of an endpoint',
      '{agent: bot, to: a.example, protocol: icmp, expect: deny, clause: Endpoint/a#b}',
      'SP212',
    ],
  ])('%s is refused', (_, one, code) => {
    expect(codes(alpha, cases(one))).toEqual([code]);
  });

  test('no cases at all are refused', () => {
    expect(codes(alpha, cases())).toEqual(['SP213']);
  });

  test('a name that no document bears is pointed at, with the one that may be meant', () => {
    const text = cases('{agent: bott, to: a.example, protocol: icmp, expect: deny}');
    const { problems } = parse(text, alpha);
    expect(places(text, alpha)).toEqual([placeOf('SP330', text, 'bott')]);
    expect(problems[0]?.remedy).toContain('`bot`');
  });

  test('the built-in clauses that a test may name are those that exist', () => {
    const ids = new Set(builtinGuardrail.deny.map(({ id }) => id));
    expect([...ids]).toEqual(builtinClauses.map((id) => `Guardrail/builtin#${id}`));
  });
});

test('kinds are known by name, and a misspelt one is told', () => {
  const { problems } = parse(agent('a', 'x: 1').replace('AgentPolicy', 'Endpont'));
  expect(problems).toMatchObject([{ code: 'SP204', remedy: 'did you mean `Endpoint`?' }]);
});
