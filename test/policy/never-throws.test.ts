import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
import { compile, serialiseRuleSet } from '../../src/rules/index.ts';
import { replay, runs } from '../kernel/runs.ts';
import { agent, agentWith, guardrail } from './samples.ts';

const seeds = [
  agentWith(
    'allow:\n  - id: a\n    to: {host: "**.bücher.example"}\n    protocol: tcp\n    ports: [443, "1-2"]',
  ),
  agent(
    'b',
    'mode: audit\nworkloads: {cidrs: ["fd00::/64"]}\ndeny: {x: {to: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}}',
  ),
  guardrail(
    'g',
    'selector: {tier: gold}\ntrusted: [10.0.0.0/8]\nallow: {m: {to: {any: true}, protocol: icmp}}',
  ),
  agentWith(`onDeny: reject
identity: {spiffe: "spiffe://corp.example/a"}
gateways: {region: eu}
data: [pii]
windows: {w: {days: [mon, sun], from: "22:00", to: 06:00, timezone: Europe/Berlin}}
budgets: {u: {bytes: 500MB, per: hour}, t: {tokens: 20, bytesPerToken: 4, per: day}}
allow: {a: {to: {host: a.example, paths: [/b]}, protocol: https, during: w, budget: u, onBehalfOf: ["user:é"],
  via: out, expires: 2027-03-31, accepts: [pii]}, b: {to: {endpoint: crm}, budget: t}, c: {to: {agent: bot}}}
ingress: {allow: [{id: d, from: {agent: bot}, protocol: tcp, ports: [1]}]}`),
  guardrail(
    'h',
    'require: [{data: [pii], encrypted: true}]\nwindows: {w: {from: "00:00", to: "24:00", timezone: UTC}}',
  ),
  `apiVersion: sallyport.dev/v1
kind: Endpoint
metadata: {name: crm, version: 1.0.0}
spec: {host: crm.example, protocol: https, accepts: [pii]}
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu, version: 1.0.0, labels: {region: eu}}
spec: {routes: {out: {interface: eth1, nextHop: 192.0.2.1}}, stage: 1}
---
apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: t, version: 1.0.0}
spec:
  cases:
    - {agent: bot, to: a.example, protocol: https, at: 2027-01-01T00:00:00Z, onBehalfOf: [], expect: deny, clause: null}
`,
  '- &a [1, {b: *a}]\n- !tag |\n  text\n- ? [x]\n  : "y"\n--- %YAML 1.1\n',
];

const fragments = fc.constantFrom(
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '&a ',
    '*a',
    '<<: ',
    '!x ',
    '!!str ',
    '? ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '|\n',
    '>-\n',
  ],
  ...[
    '"',
    "'",
    '\t',
    '\r',
    '\0',
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\u2028',
    '\ud800',
    '💥',
    'é',
    '::',
    '/',
    '\\',
  ],
  ...[
    '.inf',
    '.nan',
    '-0',
    '1e999',
    '0x',
    '9'.repeat(40),
    '~',
    'null',
    '__proto__: ',
    'constructor: ',
    'toString: ',
  ],
  ...[
    'spec: ',
    'to: ',
    'ports: ',
    'cidr: ',
    'host: ',
    'id: ',
    'except: ',
    '::ffff:1.2.3.4/120',
    '*.com',
    'endpoint: ',
    'agent: ',
    'during: ',
    'timezone: ',
    'Etc/GMT+99',
    '99:99',
    '24:00',
    '-0001-02-30',
    `${'9'.repeat(20)}TiB`,
    'tokens: 1e308',
    'user:\u0000',
    '"\\uD800"',
    '&a [*a, *a]',
    '['.repeat(40),
    '{a: '.repeat(40),
    '**.',
    '*.',
  ],
);

/** A policy in which stretches have been replaced by what is likely to hurt. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.record({ at: fc.nat(400), cut: fc.nat(12), put: fragments }), { maxLength: 8 }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, { at, cut, put }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + put + text.slice(start + cut);
    }, seed),
  );

/** Any JSON where a policy has something of its own. */
const misfilled = fc
  .tuple(
    fc.constantFrom(
      ...[
        'mode',
        'onDeny',
        'identity',
        'workloads',
        'gateways',
        'data',
        'windows',
        'budgets',
        'dns',
      ],
      ...['allow', 'deny', 'ingress', 'selector', 'trusted', 'require', 'routes', 'stage', 'cases'],
      ...['host', 'cidr', 'except', 'protocol', 'ports', 'accepts'],
    ),
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('AgentPolicy', 'Guardrail', 'Endpoint', 'GatewayGroup', 'PolicyTest'),
  )
  .map(([field, value, kind]) =>
    JSON.stringify({
      apiVersion: 'sallyport.dev/v1',
      kind,
      metadata: { name: 'a', version: '1.0.0' },
      spec: {
        ...(kind === 'AgentPolicy' ? { workloads: { selector: { a: 'b' } } } : {}),
        [field]: value,
      },
    }),
  );

/** A clause of known fields, each with some JSON, often of the right shape. */
const oddClause = fc
  .dictionary(
    fc.constantFrom(
      'protocol',
      'ports',
      'accepts',
      'during',
      'budget',
      'onBehalfOf',
      'via',
      'expires',
    ),
    fc.oneof(
      fc.constantFrom<unknown[]>('tls', 'https', [443], ['1-2'], ['pii'], 'w', '2027-02-30', []),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  )
  .map((clause) =>
    JSON.stringify({
      apiVersion: 'sallyport.dev/v1',
      kind: 'AgentPolicy',
      metadata: { name: 'a', version: '1.0.0' },
      spec: {
        workloads: { cidrs: ['10.0.0.1/32'] },
        windows: { w: { from: '08:00', to: '18:00', timezone: 'UTC' } },
        allow: { a: { to: { any: true }, ...clause } },
      },
    }),
  );

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
  { arbitrary: mutated, weight: 4 },
  { arbitrary: misfilled, weight: 2 },
  { arbitrary: oddClause, weight: 2 },
);

const files: fc.Arbitrary<PolicyFile[]> = fc.array(
  fc.record({ path: fc.constantFrom('a.yaml', 'b.yml', 'c/\u001b.yaml'), text }),
  { minLength: 1, maxLength: 3 },
);

test('whatever the files hold: no throw, sound documents only, every problem at a place', () => {
  fc.assert(
    fc.property(files, (input) => {
      const { policySet, problems } = parsePolicies(input);
      const broken = new Set(
        problems.filter(({ severity }) => severity === 'error').map(({ file }) => file),
      );
      for (const { file, line, column, message, remedy } of problems) {
        expect(input.map(({ path }) => path)).toContain(file);
        expect(Number.isSafeInteger(line) && line >= 1).toBe(true);
        expect(Number.isSafeInteger(column) && column >= 1).toBe(true);
        expect(`${message}${remedy}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
      // Whatever is sound can be compiled.
      expect(() => serialiseRuleSet(compile(policySet))).not.toThrow();
      // A file of one document is either broken or understood, never both.
      for (const { position } of Object.values(policySet).flat()) {
        const documents = input.filter(({ path }) => path === position.file);
        const single = documents.length === 1 && !/---|\.\.\./.test(String(documents[0]?.text));
        if (single) expect(broken.has(position.file)).toBe(false);
      }
    }),
    replay(runs(2500)),
  );
}, 3_600_000);

test('the same files give the same result, in whatever order they are read', () => {
  fc.assert(
    fc.property(mutated, mutated, (a, b) => {
      const first = { path: 'a.yaml', text: a };
      const second = { path: 'b.yaml', text: b };
      expect(parsePolicies([second, first])).toEqual(parsePolicies([first, second]));
    }),
    replay(runs(300)),
  );
}, 3_600_000);
