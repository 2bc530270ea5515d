import { describe, expect, test } from 'vitest';
import { laterFields, laterKinds, laterProtocols } from '../../src/policy/schema/index.ts';
import { agent, agentTo, agentWith, codes, guardrail, parse, placeOf, places } from './samples.ts';

describe('what a document is', () => {
  test.each([
    ['SP203', 'kind: AgentPolicy', 'kind'],
    ['SP203', 'apiVersion: sallyport.dev/v2\nkind: AgentPolicy', 'sallyport.dev/v2'],
    ['SP204', 'apiVersion: sallyport.dev/v1', 'apiVersion'],
    ['SP204', 'apiVersion: sallyport.dev/v1\nkind: AgentPolice', 'AgentPolice'],
    ['SP201', '- a', '- a'],
    ['SP201', '~', '~'],
  ])('%s: %j', (code, text, at) => {
    expect(places(text)).toEqual([placeOf(code, text, at)]);
  });

  test.each(Object.keys(laterKinds))('the later kind %s is refused by name', (kind) => {
    const text = `apiVersion: sallyport.dev/v1\nkind: ${kind}\nmetadata: {}\n`;
    expect(places(text)).toEqual([placeOf('SP205', text, kind)]);
  });

  test.each([
    [
      'agent_control_specification_version: 0.3.0-alpha-agt\nmetadata: {}',
      'Agent Control Specification',
    ],
    ['acs_version: 1', 'Agent Control Standard'],
    ['network_allowlist: [a]', 'Agent Governance Toolkit'],
  ])('%j is refused by its name (A2, A3)', (text, name) => {
    expect(parse(text).problems).toMatchObject([
      { code: 'SP202', message: expect.stringContaining(name) },
    ]);
  });

  test('a misspelt kind gets a suggestion', () => {
    const [problem] = parse('apiVersion: sallyport.dev/v1\nkind: Guardrails').problems;
    expect(problem?.remedy).toBe('did you mean `Guardrail`?');
  });
});

describe('what a later version adds is refused by name, never ignored', () => {
  const place = {
    spec: (field: string) => agent('a', `workloads: {cidrs: [10.0.0.1/32]}\n${field}: x`),
    clause: (field: string) => agentWith(`allow: [{id: a, to: {any: true}, ${field}: x}]`),
    to: (field: string) => agentTo(`{${field}: x}`),
    workloads: (field: string) => agent('a', `workloads: {${field}: x}`),
    dns: (field: string) => agent('a', `workloads: {cidrs: [10.0.0.1/32]}\ndns: {${field}: x}`),
  };
  test.each(laterFields.map((later) => [later.in, later.field] as const))(
    '%s.%s',
    (where, field) => {
      const text = place[where](field);
      expect(parse(text).problems).toMatchObject([
        { code: 'SP206', message: expect.stringContaining(`\`${field}\``) },
      ]);
      expect(places(text)).toEqual([placeOf('SP206', text, `${field}: x`)]);
    },
  );

  test.each(Object.keys(laterProtocols))('protocol %s', (protocol) => {
    const text = agentWith(`deny: {a: {to: {any: true}, protocol: ${protocol}, ports: [443]}}`);
    expect(places(text)).toEqual([placeOf('SP207', text, protocol)]);
  });

  test('in a guardrail too', () => {
    expect(codes(guardrail('g', 'require: [{data: [phi]}]\nwindows: {}'))).toEqual([
      'SP206',
      'SP206',
    ]);
  });
});

describe('fields and values', () => {
  test.each([
    [
      'SP208',
      agent('a', 'moed: audit\nworkloads: {cidrs: [10.0.0.1/32]}'),
      'moed',
      'did you mean `mode`?',
    ],
    ['SP208', agentWith('alow: []'), 'alow', 'did you mean `allow`?'],
    ['SP208', agentWith('allow: [{ID: a, id: b, to: {any: true}}]'), 'ID', 'did you mean `id`?'],
    ['SP208', agentWith('allow: {a: {id: b, to: {any: true}}}'), 'id: b', 'possible here'],
    ['SP208', agentWith('constructor: 1'), 'constructor', 'possible here'],
    ['SP208', agentWith('__proto__: 1'), '__proto__', 'possible here'],
    ['SP209', agentWith('allow: {lonely: {protocol: any}}'), 'lonely', 'add `to`'],
    ['SP209', agent('a', 'mode: audit'), 'spec', 'add `workloads`'],
    ['SP210', agentWith('allow: yes please'), 'yes please', ''],
    ['SP210', agentWith('allow:'), 'allow', 'remove it'],
    ['SP210', agentWith('deny: [drop]'), 'drop', ''],
    ['SP210', agentWith('allow: {a: {to: {any: true}, reason: 7.5}}'), '7.5', '"7.5"'],
    ['SP211', agent('a', 'mode: Audit\nworkloads: {cidrs: [10.0.0.1/32]}'), 'Audit', '`audit`'],
    ['SP211', agentTo('{any: false}'), 'false', '`true`'],
    ['SP212', agent('Bot', 'workloads: {cidrs: [10.0.0.1/32]}'), 'Bot', ''],
    ['SP212', agent('-a', 'workloads: {cidrs: [10.0.0.1/32]}'), '-a', ''],
    ['SP212', agentWith('allow: [{id: Upper, to: {any: true}}]'), 'Upper', ''],
    ['SP212', agentWith('allow: {9lives: {to: {any: true}}}'), '9lives', ''],
    ['SP213', agent('a', 'workloads: {cidrs: []}'), '[]', 'add an item'],
    ['SP213', agentWith('allow: {a: {to: {any: true}, protocol: tcp, ports: []}}'), '[]}', ''],
    [
      'SP213',
      agentWith('allow: {a: {to: {any: true}, protocol: tcp, ports: [70000]}}'),
      '70000',
      '',
    ],
    [
      'SP212',
      agentWith('allow: {a: {to: {any: true}, protocol: tcp, ports: ["80,81"]}}'),
      '"80,',
      '',
    ],
    ['SP214', agentTo('{host: a.example, cidr: 10.9.0.0/16}'), 'to:', 'one of them'],
    ['SP214', agentTo('{}'), 'to:', 'one of them'],
    ['SP214', agentTo('{host: a.example, except: [10.9.0.0/16]}'), 'except', '`except`'],
  ])('%s in %j at %j', (code, text, at, remedy) => {
    expect(places(text)).toEqual([placeOf(code, text, at)]);
    expect(parse(text).problems[0]?.remedy).toContain(remedy);
  });

  test('a misspelt required field is told once', () => {
    expect(codes(agentWith('').replace('metadata:', 'metdata:'))).toEqual(['SP208']);
  });

  test.each(['1.0', '01.0.0', 'v1.0.0', '1.0.0-', '1.0.0-01', '""'])('version %s', (version) => {
    const text = agentWith('').replace('version: 1.0.0', `version: ${version}`);
    expect(codes(text)).toHaveLength(1);
  });

  test.each(['1.0.0-rc.1', '0.0.0', '1.0.0+build.7', '"10.20.30"'])(
    'version %s is in order',
    (version) => {
      const text = agentWith('').replace('version: 1.0.0', `version: ${version}`);
      expect(codes(text)).toEqual([]);
    },
  );
});
