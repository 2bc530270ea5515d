import fc from 'fast-check';
import {
  type Address,
  type AgentPolicy,
  addressBits,
  type Cidr,
  type PolicyClause,
  type PolicySet,
} from '../../src/policy/index.ts';
import type { Flow } from '../../src/rules/index.ts';
import { address, destinations, hosts, ports, resolvers } from './alphabet.ts';
import { namesAround } from './names.ts';

/** Flows that hit the edges of what the policies say, and now and then a flow out of the blue. */
export function flows(policySet: PolicySet): fc.Arbitrary<Flow> {
  const clauses = [...policySet.agents, ...policySet.guardrails].flatMap((d) => [
    ...d.allow,
    ...d.allow,
    ...d.deny,
  ]);
  const targets = [
    { weight: 4, arbitrary: target(fc.constantFrom(...destinations)) },
    { weight: 2, arbitrary: target(fc.constantFrom(...workloadsOf(policySet))) },
    { weight: 3, arbitrary: dnsTarget() },
  ];
  if (clauses.length > 0) {
    targets.push({ weight: 14, arbitrary: fc.constantFrom(...clauses).chain(targetOf) });
  }
  return fc
    .oneof(...targets)
    .chain((to) => disguised(to.dst).map((dst) => ({ ...to, dst })))
    .chain((to) => source(policySet, to.dst).map((from) => ({ ...from, ...to })));
}

type Target = Omit<Flow, 'agent' | 'src'>;

/** At a clause: mostly what it names, else just beside it. */
function targetOf({ to, protocol, ports: own }: PolicyClause): fc.Arbitrary<Target> {
  const blocks = to.kind === 'cidr' ? [to.cidr, to.cidr, ...to.except] : destinations;
  const patterns = to.kind === 'host' ? [to.host, to.host, to.host, ...hosts] : hosts;
  return fc
    .record({
      dst: fc.constantFrom(...blocks).chain(around),
      names: names(patterns, to.kind === 'host' ? 1 : 0),
      over: protocol === 'any' ? over(ports) : mostly(protocol, own),
    })
    .map(flatten);
}

function target(block: fc.Arbitrary<Cidr>): fc.Arbitrary<Target> {
  return fc
    .record({ dst: block.chain(around), names: names(hosts, 0), over: over(ports) })
    .map(flatten);
}

export function dnsTarget(): fc.Arbitrary<Target> {
  return fc.record({
    dst: fc.constantFrom(...resolvers),
    protocol: fc.constantFrom('udp' as const, 'tcp' as const),
    port: fc.constantFrom(53, 53, 53, 853, 54),
  });
}

export type Over = Pick<Flow, 'protocol' | 'port'>;

function mostly(
  written: Exclude<PolicyClause['protocol'], 'any'>,
  own: readonly (readonly [number, number])[],
) {
  const protocol = written === 'tls' || written === 'https' ? 'tcp' : written;
  const exact: fc.Arbitrary<Over> =
    protocol === 'icmp'
      ? fc.constant({ protocol })
      : fc.record({ protocol: fc.constant(protocol), port: portAround(own) });
  return fc.oneof({ weight: 6, arbitrary: exact }, { weight: 1, arbitrary: over(own) });
}

export function over(ranges: readonly (readonly [number, number])[]): fc.Arbitrary<Over> {
  const withPort = fc.record({
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    port: portAround(ranges.length > 0 ? ranges : ports),
  });
  return fc.oneof(
    { weight: 10, arbitrary: withPort },
    { weight: 2, arbitrary: fc.constant({ protocol: 'icmp' as const }) },
    { weight: 1, arbitrary: fc.record({ protocol: fc.constantFrom(47, 89, 132) }) },
  );
}

export function portAround(ranges: readonly (readonly [number, number])[]): fc.Arbitrary<number> {
  return fc.constantFrom(...ranges).chain(([low, high]) => {
    const middle = low + Math.floor((high - low) / 2);
    const edges = [low, low, high, high, middle, low - 1, high + 1];
    return fc.constantFrom(...edges.filter((port) => port >= 1 && port <= 65535));
  });
}

function names(patterns: typeof hosts, minLength: number) {
  return fc.uniqueArray(fc.constantFrom(...patterns).chain(namesAround), {
    minLength,
    maxLength: 3,
  });
}

/** First, last, second and middle address of a block, and the ones just outside. */
export function around({ family, value, length }: Cidr): fc.Arbitrary<Address> {
  const size = 1n << BigInt(addressBits[family] - length);
  const last = value + size - 1n;
  const inside = [value, value, last, last, value + (size > 1n ? 1n : 0n), value + size / 2n];
  const top = (1n << BigInt(addressBits[family])) - 1n;
  const near = [...inside, value - 1n, last + 1n].filter((v) => v >= 0n && v <= top);
  return fc.constantFrom(...near).map((v) => ({ family, value: v }));
}

/** IPv4 inside NAT64, and what no packet should carry: IPv4-mapped addresses. */
export function disguised(dst: Address): fc.Arbitrary<Address> {
  if (dst.family === 6) return fc.constant(dst);
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(dst) },
    { weight: 3, arbitrary: fc.constant(wrap(dst, '64:ff9b::')) },
    { weight: 1, arbitrary: fc.constant(wrap(dst, '::ffff:0:0')) },
  );
}

function wrap({ value }: Address, prefix: string): Address {
  return { family: 6, value: address(prefix).value | value };
}

export const strangers = ['203.0.113.9', '10.8.1.16', 'fd00:9::1', '::ffff:10.8.1.1'].map(address);

function source({ agents }: PolicySet, dst: Address): fc.Arbitrary<Pick<Flow, 'agent' | 'src'>> {
  const ofFamily = (a: Address) => a.family === dst.family;
  const agent = fc.constantFrom(...agents);
  const own = (policy: AgentPolicy) =>
    fc.constantFrom(...policy.workloads.cidrs.filter(ofFamily)).map(({ family, value }) => ({
      family,
      value,
    }));
  const stranger = fc.constantFrom(...strangers.filter(ofFamily));
  const name = (policy: AgentPolicy) => policy.metadata.name;
  return fc.oneof(
    { weight: 16, arbitrary: agent.map((policy) => ({ agent: name(policy) })) },
    {
      weight: 4,
      arbitrary: agent.chain((p) => own(p).map((src) => ({ agent: name(p), src }))),
    },
    { weight: 8, arbitrary: agent.chain((p) => own(p).map((src) => ({ src }))) },
    { weight: 1, arbitrary: stranger.map((src) => ({ src })) },
    {
      weight: 1,
      arbitrary: fc.tuple(agent, stranger).map(([p, src]) => ({ agent: name(p), src })),
    },
  );
}

function workloadsOf({ agents }: PolicySet): Cidr[] {
  return agents.flatMap(({ workloads }) => workloads.cidrs);
}

function flatten({ over, ...rest }: Omit<Target, keyof Over> & { over: Over }): Target {
  return { ...rest, ...over };
}
