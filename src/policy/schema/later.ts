/** What the language has and this version cannot enforce yet. Refused by name: nothing is silently ignored. */

interface LaterField {
  /** Where the field stands: the last named step of the path to the object that holds it. */
  readonly in: 'spec' | 'clause' | 'to' | 'workloads' | 'dns';
  readonly field: string;
  readonly what: string;
  readonly instead: string;
}

const withoutIt = 'remove it; the policy must not rely on it';

export const laterFields: readonly LaterField[] = [
  {
    in: 'spec',
    field: 'onDeny',
    what: 'the choice between drop and reject',
    instead: 'remove it; what is denied is dropped',
  },
  { in: 'spec', field: 'identity', what: 'identities on logs', instead: withoutIt },
  {
    in: 'spec',
    field: 'gateways',
    what: 'the choice of gateways',
    instead: 'remove it; every gateway that reads this folder carries the agent',
  },
  { in: 'spec', field: 'data', what: 'data tags', instead: withoutIt },
  { in: 'spec', field: 'windows', what: 'time windows', instead: withoutIt },
  { in: 'spec', field: 'budgets', what: 'budgets', instead: withoutIt },
  {
    in: 'spec',
    field: 'ingress',
    what: 'ingress clauses',
    instead: 'remove it; nothing reaches the agent until a later version',
  },
  { in: 'spec', field: 'require', what: 'requirements on clauses', instead: withoutIt },
  { in: 'clause', field: 'accepts', what: 'data tags', instead: withoutIt },
  {
    in: 'clause',
    field: 'during',
    what: 'time windows',
    instead: 'remove the clause, or let it hold at all times without `during`',
  },
  {
    in: 'clause',
    field: 'budget',
    what: 'budgets',
    instead: 'remove the clause, or let it hold without a budget',
  },
  {
    in: 'clause',
    field: 'onBehalfOf',
    what: 'principals',
    instead: 'remove the clause, or let it hold for everybody without `onBehalfOf`',
  },
  {
    in: 'clause',
    field: 'via',
    what: 'routes',
    instead: 'remove it; flows take the gateway’s own route',
  },
  {
    in: 'clause',
    field: 'expires',
    what: 'expiry',
    instead: 'remove the clause, or let it hold until it is removed',
  },
  { in: 'to', field: 'paths', what: 'HTTP paths', instead: 'remove it; the whole host is meant' },
  {
    in: 'to',
    field: 'endpoint',
    what: 'named endpoints',
    instead: 'write the `host` or `cidr` here',
  },
  {
    in: 'to',
    field: 'agent',
    what: 'agents as destinations',
    instead: 'remove the clause; agents cannot reach each other until a later version',
  },
  {
    in: 'workloads',
    field: 'selector',
    what: 'workloads that register by label',
    instead: 'list the addresses under `cidrs`',
  },
  {
    in: 'dns',
    field: 'maxQueriesPerMinute',
    what: 'a bound on the rate of DNS questions',
    instead: withoutIt,
  },
  { in: 'dns', field: 'maxNameLength', what: 'a bound on the length of names', instead: withoutIt },
  { in: 'dns', field: 'onDeny', what: 'the choice of the DNS answer', instead: withoutIt },
];

/** Protocols of later versions. */
export const laterProtocols: Readonly<Record<string, string>> = {
  tls: 'TLS server names',
  https: 'TLS server names',
};

/** Kinds of later versions. */
export const laterKinds: Readonly<Record<string, string>> = {
  Endpoint: 'write the destination into each clause',
  GatewayGroup: 'remove it; every gateway that reads this folder carries all agents',
  PolicyTest: 'keep it outside the folder until a later version runs it',
};

/** Finds the later field `field` of the object at `path`. */
export function laterField(path: readonly string[], field: string): LaterField | undefined {
  const place = placeOf(path);
  return laterFields.find((later) => later.in === place && later.field === field);
}

function placeOf(path: readonly string[]): LaterField['in'] | undefined {
  const [spec, section, , inside] = path;
  if (spec !== 'spec') return undefined;
  if (path.length === 1) return 'spec';
  if (path.length === 2 && (section === 'workloads' || section === 'dns')) return section;
  if (section !== 'allow' && section !== 'deny') return undefined;
  if (path.length === 3) return 'clause';
  return path.length === 4 && inside === 'to' ? 'to' : undefined;
}
