import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { editorSchema } from '../../src/policy/index.ts';
import { agent, agentTo, agentWith, codes, guardrail } from './samples.ts';

const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
const validate = ajv.compile(editorSchema());

test.each([
  agentWith('allow: {a: {to: {host: a.example}, protocol: tcp, ports: [1, "2-3"]}}'),
  agentTo('{cidr: 10.0.0.0/8, except: []}'),
  guardrail('g', 'selector: {tier: gold}\ntrusted: ["fd00::/8"]'),
])('it accepts what is in order: %j', (text) => {
  expect(codes(text)).toEqual([]);
  expect(validate(parseYaml(text))).toBe(true);
});

test.each([
  agentWith('moed: audit'),
  agentTo('{host: a.example, any: true}'),
  agent('a', 'mode: audit'),
  guardrail('g', 'workloads: {cidrs: [10.0.0.0/8]}'),
  'kind: Endpoint',
])('it refuses what the parser refuses: %j', (text) => {
  expect(codes(text)).not.toEqual([]);
  expect(validate(parseYaml(text))).toBe(false);
});

test('every field explains itself and gives examples that fit', () => {
  const schema = editorSchema();
  const fields = fieldsOf(schema, schema);
  expect(fields.length).toBeGreaterThan(30);
  for (const [path, field] of fields) {
    expect(field.description, path).toBeTypeOf('string');
    expect(field.examples, path).toSatisfy(Array.isArray);
    const fits = ajv.compile({ $defs: (schema as Schema).$defs, ...field });
    for (const example of field.examples ?? [])
      expect(fits(example), `${path}: ${JSON.stringify(example)}`).toBe(true);
  }
});

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** Every named field of every kind, what it refers to filled in. */
function fieldsOf(node: Schema, root: Schema, path = ''): [string, Schema][] {
  const own = Object.entries(node.properties ?? {}).filter(() => path !== '');
  const fields = own.flatMap(([name, field]): [string, Schema][] => {
    const resolved = { ...root.$defs?.[field.$ref?.replace('#/$defs/', '') ?? ''], ...field };
    return [[`${path}/${name}`, resolved], ...fieldsOf(resolved, root, `${path}/${name}`)];
  });
  const definitions = path === '' ? Object.entries(node.$defs ?? {}) : [];
  return [...fields, ...definitions.flatMap(([name, part]) => fieldsOf(part, root, name))];
}
