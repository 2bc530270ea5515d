import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runPolicyTests } from '../../src/analysis/index.ts';
import { editorSchema, type PolicySet } from '../../src/policy/index.ts';
import { compile } from '../../src/rules/index.ts';
import { loadPolicies } from '../../src/source/index.ts';
import { schemaFaults } from '../acs/published-schemas.ts';

const folder = resolve(import.meta.dirname, '../../policies');
// Long before the example's trial expires, whenever this runs.
const now = Date.UTC(2027, 0, 1);
const loaded = await loadPolicies(folder, { now });
const { policySet } = loaded;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(
  editorSchema(),
);
const isManifest = ({ path }: { path: string }) => path.endsWith('/manifest.yaml');

test('the example repository has no errors, no warnings and no notices', () => {
  expect(loaded.problems).toEqual([]);
  expect(loaded.ignored).toEqual(['README.md']);
});

test('it shows every kind, and an agent that an ACS manifest brings', () => {
  const { agents, guardrails, endpoints, gatewayGroups, tests } = policySet;
  for (const kind of [guardrails, endpoints, gatewayGroups, tests]) expect(kind).not.toEqual([]);
  const inManifest = agents.filter(({ position }) => isManifest({ path: position.file }));
  expect(inManifest.map(({ metadata }) => metadata.name)).toEqual(['dispute-assistant']);
});

test.each(files.filter(isManifest))('$path is a manifest by its published schema', ({ text }) => {
  expect(schemaFaults('0.4', text)).toEqual([]);
});

test.each(files)('editors accept $path', ({ text }) => {
  for (const document of parseAllDocuments(text)) {
    expect(validate(document.toJS()), JSON.stringify(validate.errors)).toBe(true);
  }
});

test('all that was promised holds', () => {
  const results = runPolicyTests(policySet, compile(policySet));
  expect(results.length).toBeGreaterThan(100);
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});

// A flow from no agent's address, and an agent whose own rules drop nothing, are beyond a PolicyTest.
const beyondTests = [
  'AgentPolicy/discharge-summariser#ward-workstations',
  'AgentPolicy/fraud-scorer#payment-switch',
  'AgentPolicy/referral-triage#model',
  'AgentPolicy/referral-triage#records',
  'AgentPolicy/referral-triage#terminology',
];

test('no clause, window, principal or expiry can go without breaking a promise', () => {
  const unnoticed = [...weakened(policySet)]
    .filter(([, set]) => runPolicyTests(set, compile(set)).every(({ ok }) => ok))
    .map(([what]) => what);
  expect(unnoticed.sort()).toEqual(beyondTests);
});

/** The policies with one clause, or one condition of an allow clause, left out at a time. */
function* weakened(set: PolicySet): Generator<[what: string, PolicySet]> {
  for (const part of ['agents', 'guardrails'] as const) {
    for (const document of set[part]) {
      for (const list of ['allow', 'deny', 'ingress'] as const) {
        for (const clause of clausesOf(document, list)) {
          const name = `${document.kind}/${document.metadata.name}#${clause.id}`;
          yield [name, withClauses(part, document, list, without(clause))];
          for (const condition of conditionsOf(clause, list)) {
            const fields = Object.entries(clause).filter(([field]) => field !== condition);
            const rest = without(clause, Object.fromEntries(fields));
            yield [`${name} ${condition}`, withClauses(part, document, list, rest)];
          }
        }
      }
    }
  }

  function withClauses(
    part: 'agents' | 'guardrails',
    document: Document,
    list: List,
    edit: (clauses: readonly Clause[]) => readonly Clause[],
  ): PolicySet {
    const edited = { ...document, [list]: edit(clausesOf(document, list)) };
    return { ...set, [part]: set[part].map((one) => (one === document ? edited : one)) };
  }
}

type Document = PolicySet['agents' | 'guardrails'][number];
type List = 'allow' | 'deny' | 'ingress';
type Clause = Document['allow'][number] | PolicySet['agents'][number]['ingress'][number];

function clausesOf(document: Document, list: List): readonly Clause[] {
  if (list !== 'ingress') return document[list];
  return document.kind === 'AgentPolicy' ? document.ingress : [];
}

function conditionsOf(clause: Clause, list: List) {
  const conditions = ['during', 'onBehalfOf', 'expires'] as const;
  return list === 'allow' ? conditions.filter((name) => name in clause) : [];
}

function without(clause: Clause, ...put: unknown[]) {
  return (clauses: readonly Clause[]) =>
    clauses.flatMap((one) => (one === clause ? (put as Clause[]) : [one]));
}
