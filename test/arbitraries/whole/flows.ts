import fc from 'fast-check';
import {
  type Address,
  type Cidr,
  cidrHolds,
  type HostPattern,
  hostCidr,
  type PolicyClause,
  type PolicyIngressClause,
  type PolicySet,
} from '../../../src/policy/index.ts';
import type { Flow } from '../../../src/rules/index.ts';
import { destinations, hosts, ports, resolvers } from '../alphabet.ts';
import { around, disguised, dnsTarget, type Over, over, portAround, strangers } from '../flows.ts';
import { namesAround } from '../names.ts';
import { principals, registrations, startOfTime, turningPoints } from './alphabet.ts';

/** Flows at the edges of everything that the policies say: destinations, names, server names, times, principals. */
export function wholeFlows(policySet: PolicySet): fc.Arbitrary<Flow> {
  const clauses = [...policySet.agents, ...policySet.guardrails].flatMap((document) => [
    ...document.allow,
    ...document.allow,
    ...document.deny,
  ]);
  const ingress = policySet.agents.flatMap((agent) =>
    agent.ingress.map((clause) => ingressTarget(clause, placesOf(policySet, agent.metadata.name))),
  );
  const anywhere = [...destinations, ...resolvers.map(hostCidr), ...placesOf(policySet)];
  const targets: fc.WeightedArbitrary<Target>[] = [
    { weight: 4, arbitrary: target(anywhere, hosts, over(ports)) },
    { weight: 4, arbitrary: dnsTarget() },
    { weight: 4, arbitrary: target(placesOf(policySet), hosts, over(ports)) },
    ...clauses.map((clause) => ({
      weight: isTls(clause) ? 5 : 2,
      arbitrary: clauseTarget(policySet, clause),
    })),
    ...ingress.map((arbitrary) => ({ weight: 5, arbitrary })),
  ];
  return fc
    .oneof(...targets)
    .chain((to) => disguised(to.dst).map((dst) => ({ ...to, dst })))
    .chain((to) =>
      fc
        .tuple(source(policySet, to.dst), circumstances(policySet))
        .map(([from, known]) => ({ ...from, ...to, ...known })),
    );
}

/** Known or not, at a turning point of some clause or anywhere in the year. */
export function instants(): fc.Arbitrary<{ at?: number }> {
  const anytime = fc
    .integer({ min: 0, max: 366 * 24 * 60 })
    .map((minute) => startOfTime + minute * 60_000);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: fc.constantFrom(...turningPoints).map((at) => ({ at })) },
    { weight: 4, arbitrary: anytime.map((at) => ({ at })) },
  );
}

type Target = Pick<Flow, 'dst' | 'names' | 'sni' | 'protocol' | 'port'>;

function clauseTarget(
  policySet: PolicySet,
  { to, protocol, ports: own }: PolicyClause,
): fc.Arbitrary<Target> {
  const blocks = {
    any: () => destinations,
    cidr: (one: PolicyClause['to']) =>
      one.kind === 'cidr' ? [one.cidr, one.cidr, ...one.except] : [],
    agent: (one: PolicyClause['to']) =>
      one.kind === 'agent' ? placesOf(policySet, one.agent) : [],
    host: () => destinations,
  }[to.kind](to);
  const patterns = to.kind === 'host' ? [to.host] : hosts;
  const written = protocol === 'tls' || protocol === 'https' ? 'tcp' : protocol;
  const near: fc.Arbitrary<Over> =
    written === 'tcp' || written === 'udp'
      ? fc.record({ protocol: fc.constant(written), port: portAround(own) })
      : over(ports);
  const quic = fc.constant<Over>({ protocol: 'udp', port: 443 });
  const traffic = fc.oneof(
    { weight: 6, arbitrary: near },
    { weight: 1, arbitrary: over(ports) },
    { weight: isTls({ protocol }) ? 2 : 0, arbitrary: quic },
  );
  return target(blocks.length > 0 ? blocks : destinations, patterns, traffic);
}

function isTls({ protocol }: Pick<PolicyClause, 'protocol'>): boolean {
  return protocol === 'tls' || protocol === 'https';
}

function ingressTarget(
  { protocol, ports: own }: PolicyIngressClause,
  places: readonly Cidr[],
): fc.Arbitrary<Target> {
  const near =
    protocol === 'tcp' || protocol === 'udp'
      ? fc.record({ protocol: fc.constant(protocol), port: portAround(own) })
      : over(ports);
  return target(places, hosts, near);
}

function target(
  blocks: readonly Cidr[],
  patterns: readonly HostPattern[],
  traffic: fc.Arbitrary<Over>,
): fc.Arbitrary<Target> {
  const name = fc.constantFrom(...patterns).chain(namesAt);
  return fc
    .tuple(
      fc.constantFrom(...blocks).chain(around),
      fc.uniqueArray(name, { minLength: patterns.length === 1 ? 1 : 0, maxLength: 3 }),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: name },
        { weight: 2, arbitrary: fc.constantFrom(...hosts).chain(namesAround) },
      ),
      fc.boolean(),
      traffic,
    )
    .map(([dst, names, other, isLearned, flow]) => {
      const sni = isLearned && other !== undefined ? (names[0] ?? other) : other;
      const shown = flow.protocol === 'tcp' && sni !== undefined ? { sni } : {};
      return { dst, names, ...shown, ...flow };
    });
}

/** Mostly a name that the pattern means. */
function namesAt(pattern: HostPattern): fc.Arbitrary<string> {
  const inside = { exact: '', one: 'api.', many: 'b.a.' }[pattern.match] + pattern.suffix;
  const usual = { weight: 3, arbitrary: fc.constant(inside) };
  return fc.oneof(usual, { weight: 2, arbitrary: namesAround(pattern) });
}

function circumstances({ agents }: PolicySet) {
  const counted = agents.flatMap(({ metadata, allow }) =>
    allow.flatMap(({ id, budget }) => (budget ? [`AgentPolicy/${metadata.name}#${id}`] : [])),
  );
  const acting = fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: fc.subarray(principals).map((onBehalfOf) => ({ onBehalfOf })) },
  );
  const spent = fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.subarray(counted).map((ids) => ({ spent: ids })) },
    { weight: 2, arbitrary: fc.constant({ spent: counted }) },
  );
  return fc.tuple(instants(), acting, spent).map((parts) => Object.assign({}, ...parts) as Flow);
}

/** Addresses of one agent or of all: its CIDRs, and where its workloads have registered. */
function placesOf({ agents }: PolicySet, name?: string): Cidr[] {
  const cidrs = agents
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .flatMap(({ workloads }) => workloads.cidrs);
  const registered = registrations.filter(({ agent }) => name === undefined || agent === name);
  return [...cidrs, ...registered.map(({ address }) => hostCidr(address))];
}

function source(policySet: PolicySet, dst: Address): fc.Arbitrary<Pick<Flow, 'agent' | 'src'>> {
  const names = policySet.agents.map(({ metadata }) => metadata.name);
  const own = names.flatMap((agent) =>
    placesOf(policySet, agent).map(({ family, value }) => ({ agent, src: { family, value } })),
  );
  const ofFamily = own.filter(({ src }) => src.family === dst.family);
  const isInside = placesOf(policySet).some((place) => cidrHolds(place, dst));
  const stranger = fc.constantFrom(...strangers.filter(({ family }) => family === dst.family));
  const sources: fc.WeightedArbitrary<Pick<Flow, 'agent' | 'src'>>[] = [
    { weight: 12, arbitrary: fc.constantFrom(...names).map((agent) => ({ agent })) },
    { weight: isInside ? 8 : 1, arbitrary: stranger.map((src) => ({ src })) },
  ];
  if (ofFamily.length > 0) {
    const named = fc.constantFrom(...ofFamily);
    sources.push({ weight: 5, arbitrary: named });
    sources.push({ weight: 8, arbitrary: named.map(({ src }) => ({ src })) });
  }
  return fc.oneof(...sources);
}
