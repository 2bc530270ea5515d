import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { editorSchema } from '../../src/policy/index.ts';
import { documentKind, shapeProblems } from '../../src/policy/schema/index.ts';
import { readDocuments } from '../../src/policy/yaml/index.ts';
import { damaged } from './damaged-documents.ts';
import { agent, agentTo, agentWith, guardrail } from './samples.ts';

const project = resolve(import.meta.dirname, '../..');
const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
const schema = editorSchema() as Schema;
const validate = ajv.compile(schema);

/** Whether the parser finds the shape of a document in order. */
function isInShape(value: unknown): boolean {
  const [document] = readDocuments('a.yaml', JSON.stringify(value)).documents;
  if (!document) throw new Error('no document');
  const kind = documentKind(document);
  return typeof kind === 'string' && shapeProblems(kind, document).length === 0;
}

describe('what editors accept is what the parser accepts', () => {
  test.each([
    agentWith('allow: {a: {to: {host: a.example}, protocol: tcp, ports: [1, "2-3"]}}'),
    agentTo('{cidr: 10.0.0.0/8, except: []}'),
    guardrail('g', 'selector: {tier: gold}\ntrusted: ["fd00::/8"]'),
  ])('in order: %j', (text) => {
    expect(isInShape(parseYaml(text))).toBe(true);
    expect(validate(parseYaml(text))).toBe(true);
  });

  test.each([
    agentWith('moed: audit'),
    agentTo('{host: a.example, any: true}'),
    agent('a', 'mode: audit'),
    guardrail('g', 'workloads: {cidrs: [10.0.0.0/8]}'),
    'kind: Endpoint',
    '[]',
  ])('wrong: %j', (text) => {
    expect(isInShape(parseYaml(text))).toBe(false);
    expect(validate(parseYaml(text))).toBe(false);
  });

  test('whatever is done to a document', () => {
    let refused = 0;
    fc.assert(
      fc.property(damaged, (value) => {
        const fits = validate(value);
        if (!fits) refused++;
        expect(fits).toBe(isInShape(value));
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(refused).toBeLessThan(1900);
  });

  test('manifests: the profile is looked into, the rest is not', () => {
    const manifest = (profile: object) => ({
      agent_control_specification_version: '0.4.0-alpha.1',
      tools: { anything: [1] },
      metadata: { name: 'm', version: '1.0.0', owner: 'x', sallyport: { agents: profile } },
    });
    expect(validate(manifest({ bot: { workloads: { cidrs: ['10.0.0.0/8'] } } }))).toBe(true);
    expect(validate(manifest({ bot: { workload: { cidrs: ['10.0.0.0/8'] } } }))).toBe(false);
    expect(validate(manifest({ Bot: { workloads: { cidrs: ['10.0.0.0/8'] } } }))).toBe(false);
    expect(validate({ agent_control_specification_version: '0.3.0' })).toBe(true);
  });

  test('the example policies', () => {
    const folder = join(project, 'policies');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const documents = files
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
      .map((document) => document.toJS());
    expect(documents.length).toBeGreaterThan(20);
    for (const document of documents) {
      expect(validate(document), JSON.stringify([document, validate.errors])).toBe(true);
    }
  });
});

test('every field, however deep, explains itself and gives examples that fit', () => {
  const fields = fieldsOf(schema, '');
  for (const kind of ['AgentPolicy', 'Guardrail', 'Endpoint', 'GatewayGroup', 'PolicyTest']) {
    expect([...fields.keys()].some((path) => path.startsWith(`/$defs/${kind}/spec/`))).toBe(true);
  }
  expect(fields.size).toBeGreaterThan(120);
  for (const [path, field] of fields) {
    expect(field.description, path).toBeTypeOf('string');
    expect(field.examples?.length, path).toBeGreaterThan(0);
    const fits = ajv.compile({ $defs: schema.$defs, ...field });
    for (const example of field.examples ?? []) {
      expect(fits(example), `${path}: ${JSON.stringify([example, fits.errors])}`).toBe(true);
    }
  }
});

test('the package ships this schema: `npm run schema` writes it', () => {
  const shipped = readFileSync(join(project, 'schema/sallyport.schema.json'), 'utf8');
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(schema)));
});

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** Every named field below a part of the schema, with what it refers to filled in; references are walked once. */
function fieldsOf(node: Schema, path: string): Map<string, Schema> {
  const fields = new Map<string, Schema>();
  const walk = (part: Schema, at: string): void => {
    for (const [name, field] of Object.entries(part.properties ?? {})) {
      const referred = schema.$defs?.[field.$ref?.replace('#/$defs/', '') ?? ''];
      fields.set(`${at}/${name}`, { ...referred, ...field });
      walk(field, `${at}/${name}`);
    }
    if (part.items) walk(part.items, `${at}/items`);
    if (typeof part.additionalProperties === 'object') walk(part.additionalProperties, `${at}/*`);
    for (const [name, definition] of Object.entries(part.$defs ?? {})) {
      walk(definition, `${at}/$defs/${name}`);
    }
  };
  walk(node, path);
  return fields;
}
