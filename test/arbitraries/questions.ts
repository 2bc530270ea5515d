import fc from 'fast-check';
import type { Address, PolicySet } from '../../src/policy/index.ts';
import type { Question } from '../../src/rules/index.ts';
import { destinations, hosts } from './alphabet.ts';
import { around, disguised } from './flows.ts';
import { namesAround } from './names.ts';

/** Questions at, under and beside the names that policies speak of; names that no client should ask for. */
export function questions(policySet: PolicySet): fc.Arbitrary<Question> {
  return fc.oneof(
    { weight: 4, arbitrary: questionsByName(policySet) },
    { weight: 1, arbitrary: questionsByAddress(policySet) },
  );
}

function questionsByName({ agents, guardrails }: PolicySet): fc.Arbitrary<Question> {
  const written = [...agents, ...guardrails]
    .flatMap(({ allow, deny }) => [...allow, ...deny])
    .flatMap(({ to }) => (to.kind === 'host' ? [to.host] : []));
  const ordinary = fc.constantFrom(...written, ...written, ...hosts).chain(namesAround);
  return fc.record({
    agent: fc.constantFrom(...agents.map(({ metadata }) => metadata.name)),
    name: fc.oneof({ weight: 12, arbitrary: ordinary }, { weight: 1, arbitrary: odd() }),
    type: fc.constantFrom(
      ...['A', 'A', 'A', 'AAAA', 'AAAA', 'CNAME', 'SRV', 'TXT', 'TXT', 'MX'],
      ...['PTR', 'NS', 'HTTPS', 'SVCB', 'ANY', 99],
    ),
  });
}

/** For the names of addresses at the edges of what policies speak of, learned or not. */
function questionsByAddress({ agents, guardrails }: PolicySet): fc.Arbitrary<Question> {
  const blocks = [...agents, ...guardrails]
    .flatMap(({ allow, deny }) => [...allow, ...deny])
    .flatMap(({ to }) => (to.kind === 'cidr' ? [to.cidr, ...to.except] : []));
  const workloads = agents.flatMap((agent) => agent.workloads.cidrs);
  return fc
    .record({
      agent: fc.constantFrom(...agents.map(({ metadata }) => metadata.name)),
      address: fc
        .constantFrom(...blocks, ...blocks, ...workloads, ...destinations)
        .chain(around)
        .chain(disguised),
      names: fc.constantFrom(undefined, undefined, undefined, [], ['learned.example.com']),
    })
    .map(({ address, names, agent }) => ({
      agent,
      type: 'PTR',
      name: reverseName(address),
      ...(names && { names }),
    }));
}

function reverseName({ family, value }: Address): string {
  const digits = family === 4 ? octets(value) : [...value.toString(16).padStart(32, '0')];
  return [...digits.toReversed(), family === 4 ? 'in-addr' : 'ip6', 'arpa'].join('.');
}

function octets(value: bigint): string[] {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n));
}

/** The two longest lengths that a question may and may not have, and label bytes beyond letters and digits. */
function odd(): fc.Arbitrary<string> {
  return fc.constantFrom(
    nameOfLength(251),
    nameOfLength(252),
    'a$b.example.com',
    'a b.example.com',
    '*.example.com',
    '_dmarc.example.com',
  );
}

/** A name under example.com with so many characters, which are one octet more on the wire. */
function nameOfLength(length: number): string {
  const tail = `.${'x'.repeat(59)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`;
  return 'w'.repeat(length - tail.length) + tail;
}
