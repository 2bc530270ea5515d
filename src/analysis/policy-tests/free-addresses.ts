import { type Address, type Cidr, parseAddress, parseCidr } from '../../policy/index.ts';
import type { Destination, RuleSet } from '../../rules/index.ts';

/** Consecutive addresses, `end` excluded. */
interface Span {
  readonly start: bigint;
  readonly end: bigint;
  /** Number of blocks around them. */
  readonly depth: number;
}

// Addresses that a public name may well stand for: no multicast, nothing of special use at the edges, no NAT64.
const unicast = {
  4: { start: 1n << 24n, end: 224n << 24n },
  6: { start: 1n << 125n, end: 1n << 126n },
} as const;
// Set aside for examples (RFC 5737, RFC 3849): the first choice, so that whoever reads them is not misled.
const documentation = {
  4: ['192.0.2.1', '198.51.100.1', '203.0.113.1'],
  6: ['2001:db8::1'],
} as const;

/**
 * Addresses of no block that the rules name (sources, destinations, exceptions, resolvers, trusted), so that only
 * clauses without addresses concern them. Where blocks cover the whole family, such as `0.0.0.0/0`, they lie in as few
 * of them as possible. Deterministic, none twice.
 */
export function freeAddresses(ruleSet: RuleSet, family: 4 | 6, count: number): Address[] {
  const spans = spansBetween(blocksOf(ruleSet).filter((block) => block.family === family));
  const least = Math.min(...spans.map(({ depth }) => depth));
  const free = spans.filter(({ depth }) => depth === least);
  const found = new Set<bigint>();
  for (const value of candidates(free, family)) {
    if (found.size === count) break;
    found.add(value);
  }
  return [...found].map((value) => ({ family, value }));

  function spansBetween(blocks: readonly Cidr[]): Span[] {
    const changes = new Map<bigint, number>();
    const add = (at: bigint, by: number) => changes.set(at, (changes.get(at) ?? 0) + by);
    for (const block of blocks) {
      add(block.value, 1);
      add(block.value + sizeOf(block), -1);
    }
    const { start: first, end: last } = unicast[family];
    const spans: Span[] = [];
    let start = first;
    let depth = 0;
    for (const [at, by] of [...changes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const end = at < last ? at : last;
      if (start < end) {
        spans.push({ start, end, depth });
        start = end;
      }
      depth += by;
    }
    return start < last ? [...spans, { start, end: last, depth }] : spans;
  }
}

function* candidates(free: readonly Span[], family: 4 | 6): Generator<bigint> {
  for (const text of documentation[family]) {
    const value = parseAddress(text)?.value;
    if (value === undefined) continue;
    const span = free.find(({ start, end }) => start <= value && value < end);
    if (span) yield* upwards(value, span.end);
  }
  for (const { start, end } of free) yield* upwards(start, end);
}

function* upwards(start: bigint, end: bigint): Generator<bigint> {
  for (let value = start; value < end; value++) yield value;
}

function sizeOf({ family, length }: Cidr): bigint {
  return 1n << BigInt((family === 4 ? 32 : 128) - length);
}

function blocksOf({ agents, guardrails }: RuleSet): Cidr[] {
  const texts = new Set<string>();
  const add = (text: string) => texts.add(text);
  const addDestination = (to: Destination) => {
    if (to.kind === 'cidr') [to.cidr, ...to.except].forEach(add);
  };
  for (const { deny, allow, resolvers } of [...agents, ...guardrails]) {
    for (const { to } of deny) addDestination(to);
    for (const { to } of allow) addDestination(to);
    for (const text of resolvers) add(`${text}/${text.includes(':') ? 128 : 32}`);
  }
  for (const { sources, ingress } of agents) {
    sources.forEach(add);
    for (const { from } of ingress) addDestination(from);
  }
  for (const { trusted } of guardrails) trusted.forEach(add);
  return [...texts].map(parseCidr).filter((cidr) => typeof cidr !== 'string');
}
