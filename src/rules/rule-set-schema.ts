const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const mode = { enum: ['enforce', 'audit'] } as const;
const port = { type: 'integer', minimum: 1, maximum: 65535 } as const;

function record(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const clause = record({
  id: text,
  to: {
    oneOf: [
      record({ kind: { const: 'any' } }),
      record({ kind: { const: 'cidr' }, cidr: text, except: texts }),
      record({
        kind: { const: 'host' },
        host: record({ match: { enum: ['exact', 'one', 'many'] }, suffix: text }),
      }),
    ],
  },
  protocol: { enum: ['tcp', 'udp', 'icmp', 'any'] },
  ports: {
    type: 'array',
    items: { type: 'array', items: port, minItems: 2, maxItems: 2 },
  },
});

const clauses = { type: 'array', items: clause } as const;

const agent = record(
  {
    name: text,
    version: text,
    owner: text,
    labels: { type: 'object', additionalProperties: text },
    mode,
    sources: texts,
    resolvers: texts,
    guardrails: texts,
    deny: clauses,
    allow: clauses,
  },
  ['owner'],
);

const guardrail = record({
  name: text,
  version: text,
  mode,
  resolvers: texts,
  trusted: texts,
  deny: clauses,
  allow: clauses,
});

/** Shape of a serialised RuleSet. */
export const ruleSetSchema = record({
  format: { const: 1 },
  agents: { type: 'array', items: agent },
  guardrails: { type: 'array', items: guardrail },
});
