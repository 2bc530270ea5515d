import { describe, expect, test } from 'vitest';
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

  test.each([
    ['acs_version: 1', 'Agent Control Standard'],
    ['network_allowlist: [a]', 'Agent Governance Toolkit'],
  ])('%j is refused by its name (A3)', (text, name) => {
    expect(parse(text).problems).toMatchObject([
      { code: 'SP202', message: expect.stringContaining(name) },
    ]);
  });

  test('a misspelt kind gets a suggestion', () => {
    const [problem] = parse('apiVersion: sallyport.dev/v1\nkind: Guardrails').problems;
    expect(problem?.remedy).toBe('did you mean `Guardrail`?');
  });
});

describe('fields that belong elsewhere are told as such', () => {
  const deny = (rest: string) => agentWith(`deny: [{id: a, to: {any: true}, ${rest}}]`);
  const ingress = (rest: string) =>
    agentWith(`ingress: {allow: [{id: a, from: {any: true}, ${rest}}]}`);
  const rule = (rest: string) => guardrail('g', `allow: {a: {to: {any: true}, ${rest}}}`);
  test.each([
    ['an allow clause names the budget (K6)', deny('budget: b'), 'budget', 'allow clause'],
    ['a budget of a guardrail (K6)', rule('budget: b'), 'budget', 'allow clause'],
    ['a route of a deny', deny('via: eu'), 'via', 'route'],
    [
      'paths of a deny (K9)',
      agentWith('deny: {a: {to: {host: a.example, paths: [/b]}}}'),
      'paths',
      'TLS',
    ],
    ['budgets of a guardrail (K6)', guardrail('g', 'budgets: {}'), 'budgets', 'policies'],
    ['ingress of a guardrail', guardrail('g', 'ingress: {}'), 'ingress', 'both ways'],
    ['onDeny of a guardrail', guardrail('g', 'onDeny: drop'), 'onDeny', 'agent’s policy'],
    [
      'dns.onDeny of a guardrail',
      guardrail('g', 'dns: {onDeny: drop}'),
      'onDeny',
      'agent’s policy',
    ],
    ['require of an agent', agentWith('require: []'), 'require', 'guardrail'],
    ['trusted of an agent', agentWith('trusted: []'), 'trusted', 'guardrail'],
    ['selector of an agent', agentWith('selector: {}'), 'selector', 'workloads'],
    ['principals of an ingress clause', ingress('onBehalfOf: [a]'), 'onBehalfOf', '`from`'],
    ['a budget of an ingress clause', ingress('budget: b'), 'budget', '`from`'],
    ['a route of an ingress clause', ingress('via: eu'), 'via', '`from`'],
    ['data tags of an ingress clause', ingress('accepts: [a]'), 'accepts', '`from`'],
    ['ingress.deny', agentWith('ingress: {allow: [], deny: []}'), 'deny', 'denied'],
  ])('%s', (_, text, field, remedy) => {
    expect(places(text)).toEqual([placeOf('SP215', text, `${field}:`)]);
    expect(parse(text).problems[0]?.remedy).toContain(remedy);
  });

  test.each(['host: a.example', 'endpoint: b'])('a sender is no %s (K1)', (sender) => {
    const text = agentWith(`ingress: {allow: {a: {from: {${sender}}}}}`);
    expect(places(text)).toEqual([placeOf('SP215', text, sender)]);
  });

  test('a clause may be called `deny` or `allow`', () => {
    expect(codes(agentWith('deny: {deny: {to: {any: true}, budget: b}}'))).toEqual(['SP215']);
    expect(codes(agentWith('allow: {allow: {to: {any: true}}}'))).toEqual([]);
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
    ['SP210', agentTo('[a.example]'), '[a.ex', 'a mapping'],
    ['SP210', agent('a', 'workloads: 10.0.0.0/8'), '10.0', 'a mapping'],
    ['SP214', agentTo('{agent: a, endpoint: b}'), 'to:', 'one of them'],
    ['SP214', agentWith('ingress: {allow: {a: {from: {}}}}'), 'from:', 'one of them'],
    ['SP214', agentTo('{cidr: 10.9.0.0/16, paths: [/a]}'), 'paths', '`paths`'],
    ['SP214', agentTo('{endpoint: b, paths: [/a]}'), 'paths', '`host`'],
    ['SP209', agentWith('ingress: {}'), 'ingress', 'add `allow`'],
    ['SP215', agentWith('ingress: {allow: {a: {to: {any: true}}}}'), 'to:', '`from`'],
    ['SP209', agent('a', 'workloads: {}'), 'workloads', 'one of them'],
    ['SP213', agent('a', 'workloads: {selector: {}}'), '{}', 'add an entry'],
    ['SP213', agentWith('allow: {a: {to: {any: true}, onBehalfOf: []}}'), '[]', 'add an item'],
    ['SP212', agentWith('allow: {a: {to: {any: true}, onBehalfOf: [""]}}'), '""', 'one line'],
    ['SP212', agentWith('allow: {a: {to: {any: true}, onBehalfOf: ["a\\nb"]}}'), '"a', 'one line'],
    [
      'SP212',
      agentWith('allow: {a: {to: {any: true}, onBehalfOf: ["\\uD800"]}}'),
      '"\\uD8',
      'one line',
    ],
    [
      'SP210',
      agentWith('allow: {a: {to: {any: true}, onBehalfOf: user:ada}}'),
      'user:ada',
      'a list',
    ],
    ['SP210', agentWith('allow: {a: {to: {any: true}, onBehalfOf:  }}'), 'onBehalfOf', 'remove it'],
    ['SP210', agentWith('allow: {a: {to: {any: true}, accepts:  }}'), 'accepts', 'remove it'],
    ['SP210', guardrail('g', 'trusted:'), 'trusted', 'remove it'],
    ['SP212', agentWith('data: [two words]'), 'two words', 'data tag'],
    ['SP211', agentWith('onDeny: rejekt'), 'rejekt', '`reject`'],
    [
      'SP211',
      agent('a', 'workloads: {cidrs: [10.0.0.1/32]}\ndns: {onDeny: refuse}'),
      'refuse',
      '`refused`',
    ],
    [
      'SP213',
      agent('a', 'workloads: {cidrs: [10.0.0.1/32]}\ndns: {maxNameLength: 254}'),
      '254',
      '1 to 253',
    ],
    [
      'SP213',
      agent('a', 'workloads: {cidrs: [10.0.0.1/32]}\ndns: {maxQueriesPerMinute: 0 }'),
      '0 }',
      '1 to 1000000',
    ],
    [
      'SP210',
      agent('a', 'workloads: {cidrs: [10.0.0.1/32]}\ndns: {maxNameLength: 1.5}'),
      '1.5',
      'whole number',
    ],
    ['SP211', agentWith('allow: {a: {to: {any: true}, protocol: htps}}'), 'htps', '`https`'],
    [
      'SP211',
      agentWith('ingress: {allow: {a: {from: {any: true}, protocol: tls, ports: [1]}}}'),
      'tls',
      'one of these',
    ],
    ['SP212', agentWith('identity: {"a b": c}'), '"a b"', 'rename'],
    ['SP210', agentWith('identity: {entra: 17}'), '17', '"17"'],
    ['SP209', guardrail('g', 'require: [{encrypted: true}]'), '{encrypted', 'add `data`'],
    ['SP213', guardrail('g', 'require: [{data: [], encrypted: true}]'), '[],', 'add an item'],
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
