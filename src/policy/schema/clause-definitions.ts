/** JSON Schema definitions of clauses: which fields go with which kind and section. Joins `common.schema.json`. */

interface Section {
  readonly description: string;
  readonly fields: readonly string[];
  readonly destination: 'to' | 'from';
  readonly example: object;
}

const terms = ['protocol', 'ports'] as const;
const times = ['during', 'expires', 'reason'] as const;
const egress = [...terms, 'accepts', 'onBehalfOf', ...times] as const;

const sections: Readonly<Record<string, Section>> = {
  agentAllow: {
    description: 'What the agent may reach.',
    fields: ['allowedTo', ...egress, 'budget', 'via'],
    destination: 'to',
    example: { to: { host: 'crm.example.com' }, protocol: 'https' },
  },
  guardrailAllow: {
    description: 'What the agents may reach.',
    fields: ['allowedTo', ...egress],
    destination: 'to',
    example: { to: { host: 'updates.example.com' }, protocol: 'https' },
  },
  deny: {
    description: 'What may not be reached.',
    fields: ['deniedTo', ...egress],
    destination: 'to',
    example: { to: { cidr: '10.20.9.0/24' } },
  },
  ingress: {
    description: 'Who may reach the agent.',
    fields: ['from', 'ingressProtocol', 'ports', ...times],
    destination: 'from',
    example: { from: { cidr: '10.8.0.0/24' }, protocol: 'tcp', ports: [8080] },
  },
};

/** Where a definition has another name than the field. */
const fieldNames: Readonly<Record<string, string>> = {
  allowedTo: 'to',
  deniedTo: 'to',
  ingressProtocol: 'protocol',
};

/** `agentAllowClauses` and so on: a list of clauses with ids, or a map from id to clause. */
export const clauseDefinitions: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(sections).flatMap(([name, section]) => [
    [`${name}Clauses`, clausesOf(name, section)],
    [`${name}ListedClause`, clauseOf(section, ['id'])],
    [`${name}MappedClause`, clauseOf(section, [])],
  ]),
);

function clausesOf(name: string, { description, example }: Section): object {
  return {
    type: ['array', 'object'],
    description: `${description} A list of clauses with an \`id\` each, judged as listed, or a map from id to clause, judged by id (rule D1).`,
    items: reference(`${name}ListedClause`),
    propertyNames: reference('id'),
    additionalProperties: reference(`${name}MappedClause`),
    examples: [[{ id: 'first', ...example }], { first: example }],
  };
}

function clauseOf({ fields, destination }: Section, id: readonly string[]): object {
  const names = [...id, ...fields];
  return {
    type: 'object',
    required: [...id, destination],
    additionalProperties: false,
    properties: Object.fromEntries(
      names.map((name) => [fieldNames[name] ?? name, reference(name)]),
    ),
  };
}

function reference(name: string): object {
  return { $ref: `#/$defs/${name}` };
}
