import { commonSchema, kindSchemas, kinds } from './schemas.ts';

const draft = 'https://json-schema.org/draft/2020-12/schema';

/**
 * One self-contained schema for all kinds: editors complete and explain the fields of whichever kind a document says
 * it is. References between the schema files become references inside it.
 */
export function editorSchema(): object {
  return {
    $schema: draft,
    title: 'Sallyport policy',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: { kind: { enum: kinds } },
    allOf: kinds.map((kind) => ({
      if: { required: ['kind'], properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
      then: { $ref: `#/$defs/${kind}` },
    })),
    $defs: {
      ...commonSchema.$defs,
      ...Object.fromEntries(kinds.map((kind) => [kind, embedded(kindSchemas[kind])])),
    },
  };
}

function embedded(schema: object): object {
  const { $schema, ...rest } = JSON.parse(
    JSON.stringify(schema).replaceAll('common.schema.json#', '#'),
  );
  return rest;
}
