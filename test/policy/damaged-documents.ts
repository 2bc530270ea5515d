import fc from 'fast-check';
import { parse } from 'yaml';

/** One document of each kind, with every field. */
const fullDocuments: readonly unknown[] = parse(`
- apiVersion: sallyport.dev/v1
  kind: AgentPolicy
  metadata: {name: alpha, version: 1.0.0, owner: team, labels: {tier: gold}}
  spec:
    mode: audit
    onDeny: reject
    identity: {spiffe: spiffe://corp/alpha}
    workloads: {cidrs: [10.8.1.0/28], selector: {app: alpha}}
    gateways: {region: eu}
    data: [pii]
    windows: {office: {days: [mon, fri], from: "08:00", to: "24:00", timezone: Europe/Berlin}}
    budgets: {llm: {tokens: 20, per: day, bytesPerToken: 4}, up: {bytes: 500MB, per: hour}}
    dns: {resolvers: [10.8.0.53], maxQueriesPerMinute: 300, maxNameLength: 120, onDeny: refused}
    allow:
      - {id: a, to: {host: a.example, paths: [/x]}, protocol: https, accepts: [pii], during: office, budget: up, onBehalfOf: [group:x], via: eu, expires: 2027-03-31, reason: because}
      - {id: b, to: {cidr: 10.20.0.0/16, except: [10.20.5.0/24]}, protocol: tcp, ports: [5432, "6000-6010"]}
    deny: {c: {to: {any: true}, protocol: icmp}, d: {to: {agent: beta}}}
    ingress: {allow: [{id: e, from: {cidr: 10.8.0.0/24}, protocol: tcp, ports: [8080]}]}
- apiVersion: sallyport.dev/v1
  kind: Guardrail
  metadata: {name: company, version: 1.0.0}
  spec:
    mode: enforce
    selector: {tier: gold}
    dns: {resolvers: [10.8.0.53], maxNameLength: 120}
    trusted: [10.0.0.0/8]
    require: [{data: [phi], encrypted: true, accepted: true}]
    windows: {night: {from: "22:00", to: "06:00", timezone: UTC}}
    allow: [{id: a, to: {endpoint: ledger}, during: night}]
    deny: {b: {to: {host: "**.paste.example"}}}
- apiVersion: sallyport.dev/v1
  kind: Endpoint
  metadata: {name: ledger, version: 1.0.0}
  spec: {cidr: 10.20.0.0/16, except: [10.20.5.0/24], protocol: tcp, ports: [5432], accepts: [pii]}
- apiVersion: sallyport.dev/v1
  kind: GatewayGroup
  metadata: {name: aws, version: 1.0.0, labels: {cloud: aws}}
  spec: {stage: 1, routes: {eu: {interface: eth1, nextHop: 192.0.2.1}, marked: {mark: 16}}}
- apiVersion: sallyport.dev/v1
  kind: PolicyTest
  metadata: {name: promises, version: 1.0.0}
  spec:
    cases:
      - {agent: alpha, to: a.example, protocol: https, onBehalfOf: [group:x], at: "2026-03-09T10:30:00+01:00", expect: allow, clause: a}
      - {agent: alpha, to: {agent: beta}, protocol: tcp, port: 22, expect: deny, clause: null}
`);

interface Damage {
  /** Which of the places of a document, counted modulo their number. */
  readonly place: number;
  readonly how: 'remove' | 'replace' | 'add';
  readonly field: string;
  readonly value: unknown;
}

const fieldNames = fc.constantFrom(
  ...['id', 'to', 'from', 'host', 'cidr', 'any', 'endpoint', 'agent', 'except', 'paths', 'ports'],
  ...[
    'protocol',
    'mode',
    'selector',
    'cidrs',
    'budget',
    'via',
    'spec',
    'kind',
    'x',
    '',
    '__proto__',
  ],
);
const values = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, 0, 1.5, -1, 1e21, '', 'any', 'UTC', 'a.example', {}, []),
  fc.constantFrom<unknown[]>(
    ['x'],
    [[]],
    { any: true },
    { id: 'x' },
    'x'.repeat(300),
    '10.0.0.0/8',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(200),
  how: fc.constantFrom('remove', 'replace', 'add'),
  field: fieldNames,
  value: values,
});

/** Documents of all kinds of which up to three parts have been removed, replaced or added to. */
export const damaged: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...fullDocuments), fc.array(damage, { maxLength: 3 }))
  .map(([document, damages]) => damages.reduce(withDamage, document));

function withDamage(document: unknown, { place, how, field, value }: Damage): unknown {
  const copy = structuredClone(document);
  const places = placesIn(copy);
  const at = places[place % places.length];
  if (!at) return copy;
  if (how === 'replace') at.holder[at.key] = value;
  else if (how === 'remove') delete at.holder[at.key];
  else if (isHolder(at.holder[at.key])) define(at.holder[at.key] as Holder, field, value);
  return JSON.parse(JSON.stringify(copy));
}

type Holder = Record<string, unknown>;

function placesIn(holder: unknown): { holder: Holder; key: string }[] {
  if (!isHolder(holder)) return [];
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

/** A field of its own even where it is called `__proto__`. */
function define(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
