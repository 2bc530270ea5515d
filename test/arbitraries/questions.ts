import fc from 'fast-check';
import type { PolicySet } from '../../src/policy/index.ts';
import type { Question } from '../../src/rules/index.ts';
import { hosts } from './alphabet.ts';
import { namesAround } from './names.ts';

/** Questions at, under and beside the names that policies speak of; names that no client should ask for. */
export function questions({ agents, guardrails }: PolicySet): fc.Arbitrary<Question> {
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
