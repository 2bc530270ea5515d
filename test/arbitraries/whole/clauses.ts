import fc from 'fast-check';
import type {
  Endpoint,
  PolicyClause,
  PolicyDestination,
  PolicyIngressClause,
} from '../../../src/policy/index.ts';
import { ports, workloads } from '../alphabet.ts';
import { destination, position } from '../policy-sets.ts';
import { budgets, expiries, principals, windows } from './alphabet.ts';

type EndpointTerms = Pick<Endpoint, 'to' | 'protocol' | 'ports' | 'accepts'>;

/** Denies of everything are rare: they would leave nothing else to see. */
export function allowClauses(prefix: string, endpoints: readonly Endpoint[], ofPolicy: boolean) {
  const beside = ofPolicy
    ? {
        budget: sometimes(3, fc.constantFrom(...Object.keys(budgets))),
        via: sometimes(9, fc.constant('exit')),
      }
    : {};
  return clauseList(prefix, terms(endpoints, 2), beside, ofPolicy ? 6 : 3);
}

export function denyClauses(prefix: string, endpoints: readonly Endpoint[]) {
  return clauseList(prefix, terms(endpoints, 0.1), {}, 2);
}

export function ingressClauses(): fc.Arbitrary<PolicyIngressClause[]> {
  const from = fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: 'any' as const }) },
    { weight: 3, arbitrary: agentPeer() },
    { weight: 3, arbitrary: destination(0).filter((to) => to.kind === 'cidr') },
  ) as fc.Arbitrary<PolicyIngressClause['from']>;
  const traffic = overTraffic(['tcp', 'udp'], ['any', 'any', 'icmp']);
  return fc.array(fc.tuple(from, traffic, times()), { maxLength: 3 }).map((list) =>
    list.map(([peer, over, when], i) => ({
      id: `ingress-${i}`,
      from: peer,
      ...(over as Pick<PolicyIngressClause, 'protocol' | 'ports'>),
      ...when,
      position,
    })),
  );
}

/** What an Endpoint says, or a clause without one. */
export function endpointTerms(weightOfAny: number): fc.Arbitrary<EndpointTerms> {
  const to = fc.oneof(
    { weight: 9, arbitrary: destination(weightOfAny) },
    { weight: 1, arbitrary: agentPeer() },
  ) as fc.Arbitrary<PolicyDestination>;
  return fc
    .tuple(to, overTraffic(['tcp', 'udp', 'tls', 'tls', 'https'], ['any', 'any', 'icmp']))
    .map(([where, over]) => ({ to: where, ...over, accepts: [] }));
}

function terms(endpoints: readonly Endpoint[], weightOfAny: number) {
  const own = endpointTerms(weightOfAny);
  if (endpoints.length === 0) return own;
  const named = fc
    .constantFrom(...endpoints)
    .map(({ metadata, to, protocol, ports: range, accepts }) => ({
      ...{ to, protocol, ports: range, accepts },
      endpoint: metadata.name,
    }));
  return fc.oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: named });
}

function clauseList(
  prefix: string,
  body: fc.Arbitrary<EndpointTerms & Pick<PolicyClause, 'endpoint'>>,
  beside: Readonly<Record<string, fc.Arbitrary<object>>>,
  maxLength: number,
): fc.Arbitrary<PolicyClause[]> {
  const conditions = fc.tuple(times(), principal(), ...Object.entries(beside).map(named));
  return fc.array(fc.tuple(body, conditions), { maxLength }).map((list) =>
    list.map(([what, more], i) => ({
      id: `${prefix}-${i}`,
      ...what,
      ...(Object.assign({}, ...more) as object),
      paths: [],
      position,
    })),
  );
}

/** A field that stands there now and then. */
function named([field, value]: [string, fc.Arbitrary<object>]): fc.Arbitrary<object> {
  return value.map((one) => ('value' in one ? { [field]: one.value } : {}));
}

function sometimes<T>(rarity: number, value: fc.Arbitrary<T>): fc.Arbitrary<{ value?: T }> {
  return fc.oneof(
    { weight: rarity, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ value }) },
  );
}

function times(): fc.Arbitrary<Pick<PolicyClause, 'during' | 'expires'>> {
  return fc
    .tuple(
      named(['during', sometimes(3, fc.constantFrom(...Object.keys(windows)))]),
      named(['expires', sometimes(4, fc.constantFrom(...expiries))]),
    )
    .map(([during, expires]) => ({ ...during, ...expires }));
}

function principal(): fc.Arbitrary<Pick<PolicyClause, 'onBehalfOf'>> {
  return named(['onBehalfOf', sometimes(4, fc.subarray(principals, { minLength: 1 }))]);
}

function agentPeer() {
  return fc
    .constantFrom(...Object.keys(workloads))
    .map((agent) => ({ kind: 'agent' as const, agent }));
}

function overTraffic(
  withPorts: readonly PolicyClause['protocol'][],
  without: readonly PolicyClause['protocol'][],
): fc.Arbitrary<Pick<PolicyClause, 'protocol' | 'ports'>> {
  const usual = [[443, 443], ...ports] as const;
  return fc.oneof(
    fc.record({
      protocol: fc.constantFrom(...withPorts),
      ports: fc.uniqueArray(fc.constantFrom(...usual), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ protocol: fc.constantFrom(...without), ports: fc.constant([]) }),
  );
}
