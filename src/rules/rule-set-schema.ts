import { days } from '../policy/index.ts';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const mode = { enum: ['enforce', 'audit'] } as const;
const labels = { type: 'object', additionalProperties: text } as const;
const whole = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const port = { type: 'integer', minimum: 1, maximum: 65535 } as const;

function record(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const peers = [
  record({ kind: { const: 'any' } }),
  record({ kind: { const: 'agent' }, agent: text }),
  record({ kind: { const: 'cidr' }, cidr: text, except: texts }),
];
const host = record({
  kind: { const: 'host' },
  host: record({ match: { enum: ['exact', 'one', 'many'] }, suffix: text }),
});
const per = { enum: ['hour', 'day', 'week', 'month'] } as const;

const terms = {
  id: text,
  ports: {
    type: 'array',
    items: { type: 'array', items: port, minItems: 2, maxItems: 2 },
  },
  during: record({
    days: { type: 'array', items: { enum: days }, minItems: 1, uniqueItems: true },
    from: { type: 'integer', minimum: 0, maximum: 1439 },
    to: { type: 'integer', minimum: 0, maximum: 1440 },
    timezone: text,
  }),
  expires: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
} as const;

const clause = record(
  {
    ...terms,
    to: { oneOf: [...peers, host] },
    protocol: { enum: ['tcp', 'udp', 'icmp', 'tls', 'any'] },
    onBehalfOf: { ...texts, minItems: 1 },
    budget: record({ name: text, bytes: whole, per }),
    via: text,
  },
  ['during', 'expires', 'onBehalfOf', 'budget', 'via'],
);

const ingressClause = record(
  { ...terms, from: { oneOf: peers }, protocol: { enum: ['tcp', 'udp', 'icmp', 'any'] } },
  ['during', 'expires'],
);

const clauses = { type: 'array', items: clause } as const;

function dns(more: Readonly<Record<string, object>> = {}) {
  const limits = { maxQueriesPerMinute: whole, maxNameLength: whole };
  return record({ ...limits, ...more }, Object.keys(limits));
}

const agent = record(
  {
    name: text,
    version: text,
    owner: text,
    labels,
    mode,
    onDeny: { enum: ['drop', 'reject'] },
    identity: labels,
    sources: texts,
    selector: labels,
    gateways: labels,
    remote: { const: true },
    resolvers: texts,
    dns: dns({ onDeny: { enum: ['nxdomain', 'refused', 'drop'] } }),
    guardrails: texts,
    deny: clauses,
    allow: clauses,
    ingress: { type: 'array', items: ingressClause },
  },
  ['owner', 'remote'],
);

const guardrail = record({
  name: text,
  version: text,
  mode,
  resolvers: texts,
  dns: dns(),
  trusted: texts,
  deny: clauses,
  allow: clauses,
});

const route = {
  oneOf: [
    record({ mark: { type: 'integer', minimum: 1, maximum: 0xffff_ffff } }),
    record({ interface: text, nextHop: text }, ['nextHop']),
  ],
};

const gatewayGroup = record({
  name: text,
  version: text,
  labels,
  routes: { type: 'object', additionalProperties: route },
  stage: { type: 'integer', minimum: 0, maximum: 9 },
});

/** Shape of a serialised RuleSet. */
export const ruleSetSchema = record({
  format: { const: 2 },
  agents: { type: 'array', items: agent },
  guardrails: { type: 'array', items: guardrail },
  gatewayGroups: { type: 'array', items: gatewayGroup },
});
