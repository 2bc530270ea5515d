import { commonSchema, kindSchemas, kinds } from './schemas.ts';

/**
 * One self-contained schema (draft 2020-12) for all kinds, and for the network profile in Agent Control Specification
 * manifests: editors complete and explain the fields of whichever a document says it is. It refuses what
 * `documentKind` and `shapeProblems` refuse. References between the schema files become references inside it.
 */
export function editorSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://sallyport.dev/v1/sallyport.schema.json',
    title: 'Sallyport policy',
    description:
      'A document of a Sallyport policy folder, or a manifest of the Agent Control Specification that carries network policies (rule A1).',
    type: 'object',
    if: isManifest,
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
    then: { $ref: '#/$defs/manifest' },
    else: { $ref: '#/$defs/document' },
    $defs: {
      document: documentSchema(),
      manifest: manifestSchema,
      ...commonSchema.$defs,
      ...Object.fromEntries(kinds.map((kind) => [kind, embedded(kindSchemas[kind])])),
    },
  };
}

// What has an `apiVersion` is no manifest: that specification refuses the field.
const isManifest = {
  required: ['agent_control_specification_version'],
  not: { required: ['apiVersion'] },
};

function documentSchema(): object {
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { $ref: '#/$defs/apiVersion' },
      kind: {
        description:
          'What this document is: `AgentPolicy` says what one agent may reach, `Guardrail` what holds above agents, `Endpoint` names a destination, `GatewayGroup` describes gateways, `PolicyTest` says what must be allowed and denied.',
        enum: kinds,
        examples: kinds,
      },
      metadata: { $ref: '#/$defs/metadata' },
      spec: {
        type: 'object',
        description: 'What the document says; its fields depend on the `kind`.',
        examples: [{}],
      },
    },
    allOf: kinds.map((kind) => ({
      if: { required: ['kind'], properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
      then: { $ref: `#/$defs/${kind}` },
    })),
  };
}

/** The fields of a manifest that are read here; the others belong to whoever governs the agent's loop. */
const manifestSchema = {
  type: 'object',
  properties: {
    agent_control_specification_version: {
      type: 'string',
      description: 'Version of the specification; 0.3.* and 0.4.* are read (rule A2).',
      pattern: '^0\\.[34]\\.',
      examples: ['0.4.0-alpha.1', '0.3.1-beta'],
    },
    metadata: {
      type: 'object',
      description: 'Who the manifest is; version, owner and labels are those of its agents here.',
      properties: {
        sallyport: {
          type: 'object',
          description: 'The network profile: what the agents of this manifest may reach (rule A1).',
          required: ['agents'],
          additionalProperties: false,
          properties: {
            agents: {
              type: 'object',
              description: 'Agents by name, each with the body that `spec` of an AgentPolicy has.',
              minProperties: 1,
              propertyNames: { $ref: '#/$defs/name' },
              additionalProperties: { $ref: '#/$defs/AgentPolicy/properties/spec' },
              examples: [{ 'invoice-processor': { workloads: { cidrs: ['10.8.1.0/28'] } } }],
            },
          },
          examples: [{ agents: { bot: { workloads: { selector: { app: 'bot' } } } } }],
        },
      },
      examples: [
        {
          name: 'invoice-processor',
          version: '2.1.0',
          sallyport: { agents: { bot: { workloads: { selector: { app: 'bot' } } } } },
        },
      ],
    },
  },
};

function embedded(schema: object): object {
  const { $schema, ...rest } = JSON.parse(
    JSON.stringify(schema).replaceAll('common.schema.json#', '#'),
  );
  return rest;
}
