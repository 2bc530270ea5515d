import { describe, expect, test } from 'vitest';
import type { PolicyClause } from '../../src/policy/index.ts';
import { agentTo, agentWith, codes, guardrail, parse, placeOf, places } from './samples.ts';

function clauseSaying(rest: string): string {
  return agentWith(`allow: [{id: one, ${rest}}]`);
}

function firstClause(text: string): PolicyClause | undefined {
  return parse(text).policySet.agents[0]?.allow[0];
}

describe('protocols and ports (K2)', () => {
  test.each(['tcp', 'udp', 'tls'])('%s needs ports', (protocol) => {
    const text = clauseSaying(`to: {any: true}, protocol: ${protocol}`);
    expect(places(text)).toEqual([placeOf('SP310', text, protocol)]);
  });

  test('https has port 443 unless it states others', () => {
    expect(firstClause(clauseSaying('to: {host: a.example}, protocol: https'))?.ports).toEqual([
      [443, 443],
    ]);
    expect(
      firstClause(clauseSaying('to: {host: a.example}, protocol: https, ports: [8443]'))?.ports,
    ).toEqual([[8443, 8443]]);
  });

  test('tls may go where there is no host, for any server name', () => {
    expect(codes(clauseSaying('to: {cidr: 10.9.0.0/24}, protocol: tls, ports: [443]'))).toEqual([]);
  });

  test.each(['tls', 'https'])('%s in a deny', (protocol) => {
    expect(
      codes(agentWith(`deny: {a: {to: {any: true}, protocol: ${protocol}, ports: [443]}}`)),
    ).toEqual([]);
  });

  test.each(['tcp', 'udp'])('ingress over %s needs ports', (protocol) => {
    const text = agentWith(`ingress: {allow: {a: {from: {any: true}, protocol: ${protocol}}}}`);
    expect(places(text)).toEqual([placeOf('SP310', text, protocol)]);
  });

  test('ingress over any protocol takes none', () => {
    const text = agentWith('ingress: {allow: {a: {from: {any: true}, ports: [80]}}}');
    expect(places(text)).toEqual([placeOf('SP311', text, 'ports')]);
  });
});

describe('what an endpoint states, its clause does not (K1)', () => {
  test.each(['protocol: tcp', 'ports: [443]', 'accepts: [pii]'])('%s', (stated) => {
    const text = clauseSaying(`to: {endpoint: crm}, ${stated}`);
    expect(places(text)).toContain(placeOf('SP324', text, stated));
  });
});

test('ids are unique over allow, deny and ingress (F5)', () => {
  const text = agentWith(
    'allow: {a: {to: {any: true}}}\ningress: {allow: [{id: a, from: {any: true}}]}',
  );
  expect(places(text)).toEqual([placeOf('SP302', text, 'a, from')]);
});

test('principals are kept byte for byte, each once (K8)', () => {
  const clause = firstClause(
    clauseSaying('to: {any: true}, onBehalfOf: ["user:Ada ", "group:é", "user:Ada "]'),
  );
  expect(clause?.onBehalfOf).toEqual(['user:Ada ', 'group:é']);
});

test('a principal has at most 253 characters', () => {
  const naming = (length: number) =>
    clauseSaying(`to: {any: true}, onBehalfOf: [${'a'.repeat(length)}]`);
  expect(codes(naming(253))).toEqual([]);
  expect(codes(naming(254))).toEqual(['SP213']);
});

test('paths of an allow clause are told (K9)', () => {
  const text = agentTo('{host: a.example, paths: [/api/v2]}');
  expect(codes(text)).toEqual([]);
  expect(firstClause(text)?.paths).toEqual(['/api/v2']);
  expect(codes(agentTo('{host: a.example, paths: [api]}'))).toEqual(['SP212']);
});

test('a guardrail’s requirement asks for something (K11)', () => {
  const text = guardrail('g', 'require: [{data: [phi], encrypted: false}]');
  expect(places(text)).toEqual([placeOf('SP325', text, '{data')]);
  const { policySet } = parse(guardrail('g', 'require: [{data: [phi], accepted: true}]'));
  expect(policySet.guardrails[0]?.require).toMatchObject([
    { data: ['phi'], encrypted: false, accepted: true, position: { line: 5 } },
  ]);
});

test('clauses mean the same as a list and as a map', () => {
  const fields = 'protocol: tls, ports: [443], onBehalfOf: [a], expires: 2027-03-31, reason: b';
  const list = agentWith(`allow: [{id: one, to: {host: a.example}, ${fields}}]`);
  const map = agentWith(`allow: {one: {to: {host: a.example}, ${fields}}}`);
  const meant = (text: string) => ({ ...firstClause(text), position: undefined });
  expect(meant(map)).toEqual(meant(list));
  expect(meant(list)).toMatchObject({ protocol: 'tls', onBehalfOf: ['a'], expires: '2027-03-31' });
});

describe('what is not stated', () => {
  test('of an agent', () => {
    expect(parse(agentWith('')).policySet.agents[0]).toMatchObject({
      mode: 'enforce',
      onDeny: 'drop',
      identity: {},
      workloads: { selector: {} },
      gateways: {},
      data: [],
      windows: {},
      budgets: {},
      ingress: [],
      dns: { onDeny: 'nxdomain' },
    });
  });

  test('of a clause', () => {
    const clause = firstClause(clauseSaying('to: {any: true}'));
    expect(Object.keys(clause ?? {}).toSorted()).toEqual([
      'accepts',
      'id',
      'paths',
      'ports',
      'position',
      'protocol',
      'to',
    ]);
    expect(clause).toMatchObject({ protocol: 'any', accepts: [], paths: [] });
  });
});

test('all of an agent’s own fields arrive', () => {
  const text = agentWith(`onDeny: reject
identity: {entra: 0f5c, spiffe: "spiffe://corp.example/agents/bot"}
gateways: {}
data: [internal, pii, pii]
ingress:
  allow:
    - {id: health, from: {cidr: 10.8.0.0/24, except: [10.8.0.7/32]}, protocol: tcp, ports: [8080], reason: probes}`)
    .replace('cidrs: [10.8.1.0/28]', 'selector: {app: bot}')
    .replace(
      'resolvers: [10.8.0.53]',
      'maxQueriesPerMinute: 300, maxNameLength: 120, onDeny: refused',
    );
  const { policySet, problems } = parse(text);
  expect(problems).toEqual([]);
  expect(policySet.agents[0]).toMatchObject({
    onDeny: 'reject',
    identity: { entra: '0f5c', spiffe: 'spiffe://corp.example/agents/bot' },
    workloads: { cidrs: [], selector: { app: 'bot' } },
    data: ['internal', 'pii'],
    dns: { maxQueriesPerMinute: 300, maxNameLength: 120, onDeny: 'refused' },
    ingress: [{ id: 'health', protocol: 'tcp', ports: [[8080, 8080]], reason: 'probes' }],
  });
});
