import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
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
    fc.constantFrom('mode', 'workloads', 'dns', 'allow', 'deny', 'selector', 'trusted', 'windows'),
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('AgentPolicy', 'Guardrail'),
  )
  .map(([field, value, kind]) =>
    JSON.stringify({
      apiVersion: 'sallyport.dev/v1',
      kind,
      metadata: { name: 'a', version: '1.0.0' },
      spec: { workloads: { cidrs: ['10.0.0.1/32'] }, [field]: value },
    }),
  );

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
  { arbitrary: mutated, weight: 4 },
  { arbitrary: misfilled, weight: 2 },
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
      // A file of one document is either broken or understood, never both.
      for (const { position } of [...policySet.agents, ...policySet.guardrails]) {
        const documents = input.filter(({ path }) => path === position.file);
        const single = documents.length === 1 && !/---|\.\.\./.test(String(documents[0]?.text));
        if (single) expect(broken.has(position.file)).toBe(false);
      }
    }),
    { numRuns: 3000 },
  );
}, 120_000);

test('the same files give the same result, in whatever order they are read', () => {
  fc.assert(
    fc.property(mutated, mutated, (a, b) => {
      const first = { path: 'a.yaml', text: a };
      const second = { path: 'b.yaml', text: b };
      expect(parsePolicies([second, first])).toEqual(parsePolicies([first, second]));
    }),
    { numRuns: 300 },
  );
}, 60_000);
