import fc from 'fast-check';
import type { DnsLimits, HostPattern, PolicyClause, PolicySet } from '../../../src/policy/index.ts';
import { hosts } from '../../arbitraries/alphabet.ts';
import { position } from '../../arbitraries/policy-sets.ts';
import { principals, registrations, turningPoints } from '../../arbitraries/whole/alphabet.ts';
import { editedPolicySets } from '../../arbitraries/whole/index.ts';
import { type Step, steps } from './steps.ts';

export interface SequenceCase {
  readonly before: PolicySet;
  /** In force from the one step `rules` on. */
  readonly after: PolicySet;
  readonly at: number | undefined;
  readonly steps: readonly Step[];
}

/** Registered all the time; one does not say whom it acts for, one acts for nobody. */
export const workloads = registrations.map((one, i) => ({
  ...one,
  ...(i === 0 ? {} : { principals: principals.filter((_, bit) => (i >> bit) & 1) }),
}));

const overTls: Omit<PolicyClause, 'to'> = {
  id: 'tls',
  protocol: 'https',
  ports: [[443, 443]],
  accepts: [],
  paths: [],
  position,
};

/** Long sequences: it is the change of rules that takes its time. */
export function sequenceCases(length: number): fc.Arbitrary<SequenceCase> {
  return fc
    .tuple(editedPolicySets(), fc.constantFrom(...hosts))
    .map(([{ before, after }, host]) => ({
      before: played(before, host),
      after: played(after, host),
    }))
    .chain(({ before, after }) =>
      fc
        .record({
          at: fc.option(fc.constantFrom(...turningPoints), { nil: undefined, freq: 8 }),
          first: steps(before, before, length),
          second: steps(before, after, length),
        })
        .map(({ at, first, second }) => ({
          ...{ before, after, at },
          steps: [...first, { kind: 'rules' as const }, ...second],
        })),
    );
}

/** Routes lead through interfaces that are not there. */
function anyWay({ via: _, ...clause }: PolicyClause): PolicyClause {
  return clause;
}

/** Budgets and bounds that a sequence comes to, and a host that every agent reaches over TLS, last of all. */
function played(policySet: PolicySet, host: HostPattern): PolicySet {
  return {
    ...policySet,
    agents: policySet.agents.map((agent) => ({
      ...agent,
      allow: [...agent.allow.map(anyWay), { ...overTls, to: { kind: 'host', host } }],
      dns: { ...agent.dns, ...fewQuestions(agent.dns) },
      budgets: { upload: { per: 'hour', bytes: 500 }, llm: { per: 'day', bytes: 2500 } },
    })),
    guardrails: policySet.guardrails.map((guardrail) => {
      const { maxQueriesPerMinute: _, ...dns } = guardrail.dns;
      return { ...guardrail, dns: guardrail.metadata.name === 'zone' ? fewQuestions(dns) : dns };
    }),
  };
}

/** Buckets of whole tens of seconds, so that none is filled again while a test runs. */
function fewQuestions(dns: DnsLimits): DnsLimits {
  return dns.maxQueriesPerMinute === undefined ? dns : { ...dns, maxQueriesPerMinute: 3 };
}
