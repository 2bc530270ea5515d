import fc from 'fast-check';
import type {
  AgentPolicy,
  DnsLimits,
  Endpoint,
  GatewayGroup,
  Guardrail,
  PolicySet,
} from '../../../src/policy/index.ts';
import { cidr, destinations, workloads } from '../alphabet.ts';
import { labels, mode, position, someResolvers, tier } from '../policy-sets.ts';
import { budgets, windows } from './alphabet.ts';
import { allowClauses, denyClauses, endpointTerms, ingressClauses } from './clauses.ts';

export type AgentName = keyof typeof workloads;

/** As `policySets`, with every kind and field of the language that the rules hold. */
export function wholePolicySets(): fc.Arbitrary<PolicySet> {
  const names = fc.subarray(Object.keys(workloads) as AgentName[], { minLength: 1 });
  const guardrailNames = fc.subarray(['airlock', 'before', 'corporate', 'zone']);
  return fc.tuple(names, guardrailNames, endpoints()).chain(([agents, guardrails, known]) =>
    fc.record({
      agents: fc.tuple(...agents.map((name) => wholeAgent(name, known))),
      guardrails: fc.tuple(...guardrails.map((name) => wholeGuardrail(name, known))),
      endpoints: fc.constant(known),
      gatewayGroups: gatewayGroups(),
      tests: fc.constant([]),
    }),
  );
}

export function wholeAgent(name: AgentName, known: readonly Endpoint[]): fc.Arbitrary<AgentPolicy> {
  return fc
    .record({
      labels: labels(),
      mode,
      resolvers: someResolvers(1),
      workloads: workloadsOf(name),
      onDeny: fc.constantFrom('drop' as const, 'reject' as const),
      gateways: fc.oneof(fc.constant({}), fc.constantFrom({ region: 'eu' }, { region: 'us' })),
      dns: fc
        .tuple(dnsLimits(), fc.constantFrom('nxdomain' as const, 'refused' as const))
        .map(([limits, onDeny]) => ({ ...limits, onDeny })),
      allow: allowClauses('p-allow', known, true),
      deny: denyClauses('p-deny', known),
      ingress: ingressClauses(),
    })
    .map(({ labels: own, ...body }) => ({
      kind: 'AgentPolicy',
      metadata: { name, version: '1.0.0', labels: own },
      identity: { spiffe: `spiffe://example.com/${name}` },
      data: [],
      windows,
      budgets,
      position,
      ...body,
    }));
}

export function wholeGuardrail(name: string, known: readonly Endpoint[]): fc.Arbitrary<Guardrail> {
  return fc
    .record({
      selector: fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ tier }) },
      ),
      mode,
      resolvers: someResolvers(0),
      dns: dnsLimits(),
      trusted: fc.subarray(destinations, { maxLength: 2 }),
      allow: allowClauses('g-allow', known, false),
      deny: denyClauses('g-deny', known),
    })
    .map((body) => ({
      kind: 'Guardrail',
      metadata: { name, version: '1.0.0', labels: {} },
      windows,
      require: [],
      position,
      ...body,
    }));
}

function endpoints(): fc.Arbitrary<Endpoint[]> {
  return fc
    .array(
      endpointTerms(0).filter(({ to }) => to.kind === 'cidr' || to.kind === 'host'),
      { maxLength: 2 },
    )
    .map((list) =>
      list.map((terms, i) => ({
        kind: 'Endpoint',
        metadata: { name: `endpoint-${i}`, version: '1.0.0', labels: {} },
        position,
        ...terms,
      })),
    );
}

function gatewayGroups(): fc.Arbitrary<GatewayGroup[]> {
  const regions = fc.subarray(['eu', 'us', 'none']);
  return regions.map((names) =>
    names.map((region) => ({
      kind: 'GatewayGroup',
      metadata: {
        name: `group-${region}`,
        version: '1.0.0',
        labels: region === 'none' ? {} : { region },
      },
      routes: { exit: { mark: 16 } },
      stage: 0,
      position,
    })),
  );
}

/** By addresses, by registration, or by both. */
function workloadsOf(name: AgentName): fc.Arbitrary<AgentPolicy['workloads']> {
  const cidrs = workloads[name].map(cidr);
  const selector = { app: name };
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ cidrs, selector: {} }) },
    { weight: 1, arbitrary: fc.constant({ cidrs, selector }) },
    { weight: 1, arbitrary: fc.constant({ cidrs: [], selector }) },
  );
}

function dnsLimits(): fc.Arbitrary<DnsLimits> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom({ maxNameLength: 15 }, { maxNameLength: 17 }) },
    { weight: 1, arbitrary: fc.constant({ maxQueriesPerMinute: 60 }) },
  );
}
