import fc from 'fast-check';
import type { Address, PolicyClause, PolicySet } from '../../../src/policy/index.ts';
import type { Flow, Question } from '../../../src/rules/index.ts';
import { address, destinations, hosts, resolvers } from '../../arbitraries/alphabet.ts';
import { around, disguised, strangers } from '../../arbitraries/flows.ts';
import { namesAround } from '../../arbitraries/names.ts';
import { questions } from '../../arbitraries/questions.ts';
import { turningPoints } from '../../arbitraries/whole/alphabet.ts';
import { editedPolicySets, wholeFlows } from '../../arbitraries/whole/index.ts';

/** What happens next; `which` chooses among the flows that are open by then. */
export type Step =
  | { readonly kind: 'connect'; readonly flow: Flow & { readonly src: Address } }
  | { readonly kind: 'ask'; readonly question: Question; readonly resolver: Address }
  | {
      readonly kind: 'answer';
      readonly which: number;
      readonly addresses: readonly Address[];
      readonly isRight: boolean;
    }
  | { readonly kind: 'reach'; readonly which: number; readonly port: number }
  | { readonly kind: 'send'; readonly which: number; readonly isReply: boolean }
  | { readonly kind: 'rules' }
  | { readonly kind: 'time'; readonly at: number };

export interface Sequence {
  readonly at: number | undefined;
  readonly steps: readonly Step[];
}

export interface SequenceCase {
  readonly before: PolicySet;
  readonly after: PolicySet;
  readonly sequences: readonly Sequence[];
}

/** Public ones, whom a name may mean, and whatever else an answer could say. */
const answered = ['93.184.216.34', '2606:2800:220::1', '64:ff9b::5db8:d823'].map(address);

export function sequenceCases(): fc.Arbitrary<SequenceCase> {
  return editedPolicySets()
    .map(({ before, after }) => ({ before: plain(before), after: plain(after) }))
    .chain(({ before, after }) =>
      fc
        .array(sequence(before, after), { minLength: 4, maxLength: 12 })
        .map((sequences) => ({ before, after, sequences })),
    );
}

function sequence(before: PolicySet, after: PolicySet): fc.Arbitrary<Sequence> {
  const at = fc.option(fc.constantFrom(...turningPoints), { nil: undefined, freq: 8 });
  return fc.record({ at, steps: fc.array(step(before, after), { minLength: 6, maxLength: 20 }) });
}

function step(before: PolicySet, after: PolicySet): fc.Arbitrary<Step> {
  const which = fc.nat(63);
  const places = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...answered) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...destinations)
        .chain(around)
        .chain(disguised),
    },
  );
  const connect = fc
    .oneof(wholeFlows(before), wholeFlows(after))
    .chain((flow) => sourced(before, flow))
    .map((flow): Step => ({ kind: 'connect', flow }));
  const ask = fc
    .record({ question: asked(before), resolver: fc.constantFrom(...resolversOf(before)) })
    .map((parts): Step => ({ kind: 'ask', ...parts }));
  const answer = fc
    .record({ which, addresses: fc.array(places, { maxLength: 4 }), isRight: mostly() })
    .map((parts): Step => ({ kind: 'answer', ...parts }));
  const reach = fc
    .record({ which, port: fc.constantFrom(443, 80, 53, 1, 65535) })
    .map((parts): Step => ({ kind: 'reach', ...parts }));
  const send = fc
    .record({ which, isReply: fc.boolean() })
    .map((parts): Step => ({ kind: 'send', ...parts }));
  const time = fc.constantFrom(...turningPoints).map((at): Step => ({ kind: 'time', at }));
  return fc.oneof(
    { weight: 6, arbitrary: connect },
    { weight: 5, arbitrary: ask },
    { weight: 5, arbitrary: answer },
    { weight: 5, arbitrary: reach },
    { weight: 6, arbitrary: send },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'rules' }) },
    { weight: 1, arbitrary: time },
  );
}

function mostly(): fc.Arbitrary<boolean> {
  return fc.nat(7).map((n) => n > 0);
}

/** A question that an agent's own patterns know, more often than not. */
function asked(policySet: PolicySet): fc.Arbitrary<Question> {
  const own = [...policySet.agents, ...policySet.guardrails]
    .flatMap(({ allow }) => allow)
    .flatMap(({ to }) => (to.kind === 'host' ? [to.host] : []));
  const names = fc.constantFrom(...own, ...hosts).chain(namesAround);
  const agent = fc.constantFrom(...policySet.agents.map(({ metadata }) => metadata.name));
  const usual = fc.record({ agent, name: names, type: fc.constantFrom('A', 'AAAA') });
  const any = questions(policySet).filter(
    ({ type, name }) => type !== 'PTR' && type !== 'HTTPS' && type !== 'SVCB' && name.length < 200,
  );
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: any });
}

function resolversOf({ agents, guardrails }: PolicySet): Address[] {
  const named = [...agents, ...guardrails].flatMap((document) => document.resolvers);
  return [...named, ...named, ...named, ...resolvers];
}

/** A packet has a source: the first address of the agent that the flow names. */
function sourced(
  { agents }: PolicySet,
  { agent, onBehalfOf: _o, spent: _s, names: _l, at: _a, ...flow }: Flow,
): fc.Arbitrary<Flow & { readonly src: Address }> {
  if (flow.src) return fc.constant({ ...flow, src: flow.src });
  const own = agents.find(({ metadata }) => metadata.name === agent)?.workloads.cidrs ?? [];
  const fitting = [...own, ...strangers].filter(({ family }) => family === flow.dst.family);
  return fc
    .constantFrom(...fitting.slice(0, 2))
    .map(({ family, value }) => ({ ...flow, src: { family, value } }));
}

/** What sequences are not about: clauses for TLS alone, routes, budgets, and how a refusal is answered. */
function plain(policySet: PolicySet): PolicySet {
  const clause = ({ via: _via, budget: _budget, ...one }: PolicyClause): PolicyClause =>
    one.protocol === 'tls' || one.protocol === 'https' ? { ...one, protocol: 'tcp' } : one;
  return {
    ...policySet,
    agents: policySet.agents.map((agent) => ({
      ...agent,
      onDeny: 'drop',
      dns: { ...unbounded(agent.dns), onDeny: 'drop' },
      allow: agent.allow.map(clause),
      deny: agent.deny.map(clause),
    })),
    guardrails: policySet.guardrails.map((guardrail) => ({
      ...guardrail,
      dns: unbounded(guardrail.dns),
      allow: guardrail.allow.map(clause),
      deny: guardrail.deny.map(clause),
    })),
  };
}

function unbounded<D extends { maxQueriesPerMinute?: number }>({
  maxQueriesPerMinute: _,
  ...dns
}: D) {
  return dns;
}
