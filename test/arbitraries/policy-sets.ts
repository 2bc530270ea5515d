import fc from 'fast-check';
import {
  type AgentPolicy,
  type Cidr,
  cidrHolds,
  type Guardrail,
  type Mode,
  type PolicyClause,
  type PolicyDestination,
  type PolicySet,
} from '../../src/policy/index.ts';
import { cidr, destinations, hosts, ports, resolvers, workloads } from './alphabet.ts';

export const position = { file: 'generated.yaml', line: 1, column: 1 };
export const mode: fc.Arbitrary<Mode> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('enforce' as const) },
  { weight: 1, arbitrary: fc.constant('audit' as const) },
);
export const tier = fc.constantFrom('gold', 'silver');

/** One to three agents under none to three guardrails. */
export function policySets(): fc.Arbitrary<PolicySet> {
  const names = fc.subarray(Object.keys(workloads) as (keyof typeof workloads)[], { minLength: 1 });
  const guardrailNames = fc.subarray(['airlock', 'before', 'corporate', 'zone']);
  return fc.tuple(names, guardrailNames).chain(([agents, guardrails]) =>
    fc.record({
      agents: fc.tuple(...agents.map(agentPolicy)),
      guardrails: fc.tuple(...guardrails.map(guardrail)),
      endpoints: fc.constant([]),
      gatewayGroups: fc.constant([]),
      tests: fc.constant([]),
    }),
  );
}

function agentPolicy(name: keyof typeof workloads): fc.Arbitrary<AgentPolicy> {
  return fc
    .record({ labels: labels(), mode, resolvers: someResolvers(1), ...clauses('p', 6, 2) })
    .map(({ labels, ...body }) => ({
      kind: 'AgentPolicy',
      metadata: { name, version: '1.0.0', labels },
      workloads: { cidrs: workloads[name].map(cidr), selector: {} },
      onDeny: 'drop',
      identity: {},
      gateways: {},
      data: [],
      windows: {},
      budgets: {},
      ingress: [],
      dns: { onDeny: 'nxdomain' },
      position,
      ...body,
    }));
}

function guardrail(name: string): fc.Arbitrary<Guardrail> {
  return fc
    .record({
      selector: fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ tier }) },
      ),
      mode,
      resolvers: someResolvers(0),
      trusted: fc.subarray(destinations, { maxLength: 2 }),
      ...clauses('g', 3, 2),
    })
    .map((body) => ({
      kind: 'Guardrail',
      windows: {},
      require: [],
      dns: {},
      metadata: { name, version: '1.0.0', labels: {} },
      position,
      ...body,
    }));
}

export function labels(): fc.Arbitrary<Record<string, string>> {
  return fc.oneof(fc.constant({}), fc.record({ tier, region: fc.constant('eu') }));
}

export function someResolvers(minLength: number) {
  return fc.subarray(resolvers, { minLength, maxLength: 2 });
}

/** Denies of everything are rare: they would leave nothing else to see. */
function clauses(prefix: string, mostAllow: number, mostDeny: number) {
  return {
    allow: clauseList(`${prefix}-allow`, destination(2), mostAllow),
    deny: clauseList(`${prefix}-deny`, destination(0.1), mostDeny),
  };
}

function clauseList(prefix: string, to: fc.Arbitrary<PolicyDestination>, maxLength: number) {
  const bodies = fc.array(fc.tuple(to, protocolAndPorts()), { maxLength });
  return bodies.map((list) =>
    list.map(
      ([to, rest], i): PolicyClause => ({
        id: `${prefix}-${i}`,
        to,
        ...rest,
        accepts: [],
        paths: [],
        position,
      }),
    ),
  );
}

function protocolAndPorts(): fc.Arbitrary<Pick<PolicyClause, 'protocol' | 'ports'>> {
  return fc.oneof(
    fc.record({
      protocol: fc.constantFrom('tcp', 'udp'),
      ports: fc.uniqueArray(fc.constantFrom(...ports), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      protocol: fc.constantFrom('any', 'any', 'icmp'),
      ports: fc.constant([]),
    }),
  );
}

export function destination(weightOfAny: number): fc.Arbitrary<PolicyDestination> {
  return fc.oneof(
    { weight: weightOfAny * 10, arbitrary: fc.constant({ kind: 'any' as const }) },
    {
      weight: 50,
      arbitrary: fc.constantFrom(...hosts).map((host) => ({ kind: 'host' as const, host })),
    },
    { weight: 50, arbitrary: fc.constantFrom(...destinations).chain(cidrWithExcept) },
  );
}

function cidrWithExcept(outer: Cidr): fc.Arbitrary<PolicyDestination> {
  const inside = destinations.filter((inner) => inner !== outer && cidrHolds(outer, inner));
  return fc
    .subarray(inside, { maxLength: Math.min(3, inside.length) })
    .map((except) => ({ kind: 'cidr' as const, cidr: outer, except }));
}
