import fc from 'fast-check';
import type { Address, PolicySet } from '../../../src/policy/index.ts';
import type { Flow, Question } from '../../../src/rules/index.ts';
import { address, destinations, hosts, resolvers } from '../../arbitraries/alphabet.ts';
import { around, disguised, strangers } from '../../arbitraries/flows.ts';
import { namesAround } from '../../arbitraries/names.ts';
import { questions } from '../../arbitraries/questions.ts';
import { registrations } from '../../arbitraries/whole/alphabet.ts';
import { wholeFlows } from '../../arbitraries/whole/index.ts';
import { type Script, scripts } from './connection.ts';
import type { Fault } from './frames.ts';
import type { Later } from './instants.ts';
import type { Known } from './verdicts.ts';

/** What happens next; `which` chooses among the flows that are open by then. */
export type Step =
  | { readonly kind: 'connect'; readonly flow: Known; readonly script: Script }
  | { readonly kind: 'ask'; readonly question: Question; readonly resolver: Address }
  | {
      readonly kind: 'answer';
      readonly which: number;
      readonly addresses: readonly Address[];
      readonly isRight: boolean;
      /** To any question, also one that has been answered. */
      readonly isLate: boolean;
    }
  | {
      readonly kind: 'reach';
      readonly which: number;
      readonly protocol: 'tcp' | 'udp';
      readonly port: number;
      /** `learned`: the first name by which the address is known. */
      readonly sni: string | undefined;
      readonly script: Script;
    }
  | {
      readonly kind: 'send';
      readonly which: number;
      readonly what: 'data' | 'reply' | 'error' | 'error-of-reply';
    }
  | { readonly kind: 'fault'; readonly flow: Known; readonly fault: Fault }
  | {
      readonly kind: 'stray';
      readonly flow: Known;
      readonly as: 'unasked' | 'through-another-interface' | 'from-outside';
    }
  | { readonly kind: 'rules' }
  | ({ readonly kind: 'time' } & Later);

/** Public ones, whom a name may mean, and whatever else an answer could say. */
const answered = [
  ...Array.from({ length: 24 }, (_, i) => `93.184.216.${34 + i}`),
  ...Array.from({ length: 12 }, (_, i) => `2606:2800:220::${1 + i}`),
  '64:ff9b::5db8:d823',
].map(address);

/** About so many, in the time of the `after` rules or on the way there. */
export function steps(
  before: PolicySet,
  after: PolicySet,
  length: number,
): fc.Arbitrary<readonly Step[]> {
  return fc.array(step(before, after), { minLength: length, maxLength: length, size: 'max' });
}

function step(before: PolicySet, after: PolicySet): fc.Arbitrary<Step> {
  const which = fc.nat(1023);
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
  const script = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Script>('hello') },
    { weight: 1, arbitrary: fc.constant<Script>('other') },
    { weight: 5, arbitrary: fc.constantFrom(...scripts) },
  );
  const flows = wholeFlows(after).chain((flow) => sourced(before, flow));
  const known = fc
    .record({ question: asked(before), resolver: fc.constantFrom(...resolversOf(before)) })
    .map((parts): Step => ({ kind: 'ask', ...parts }));
  const overTcp = fc
    .tuple(
      fc.constantFrom(...before.agents.map(({ metadata }) => metadata.name)),
      fc.constantFrom(...resolversOf(before)),
      script,
    )
    .chain(([agent, dst, how]) =>
      sourced(before, { agent, dst, protocol: 'tcp', port: 53 }).map(
        (flow): Step => ({ kind: 'connect', flow, script: how }),
      ),
    );
  const name = fc.constantFrom(...hosts).chain(namesAround);
  const sni = fc.oneof(
    { weight: 4, arbitrary: fc.constant('learned') },
    { weight: 2, arbitrary: name },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  return fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({ kind: fc.constant('connect' as const), flow: flows, script }),
    },
    { weight: 18, arbitrary: known },
    {
      weight: 18,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        which,
        addresses: fc.array(places, { maxLength: 4 }),
        isRight: fc.nat(15).map((n) => n > 0),
        isLate: fc.nat(15).map((n) => n === 0),
      }),
    },
    {
      weight: 40,
      arbitrary: fc.record({
        kind: fc.constant('reach' as const),
        which,
        protocol: fc.constantFrom('tcp', 'tcp', 'tcp', 'tcp', 'udp'),
        port: fc.constantFrom(443, 443, 443, 443, 443, 442, 444, 80, 53, 1, 65535),
        sni,
        script,
      }),
    },
    {
      weight: 50,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        which,
        what: fc.constantFrom('data', 'data', 'reply', 'reply', 'error', 'error-of-reply'),
      }),
    },
    { weight: 1, arbitrary: overTcp },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        flow: flows,
        fault: fc.constantFrom('fragment', 'cut', 'options', 'ethertype'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('stray' as const),
        flow: flows,
        as: fc.constantFrom('unasked', 'through-another-interface', 'from-outside'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('time' as const),
        to: fc.constantFrom('turn', 'turn', 'hour', 'before-hour'),
        skip: fc.nat(3),
      }),
    },
  ) as fc.Arbitrary<Step>;
}

/** A question that an agent's own patterns know, more often than not. */
function asked(policySet: PolicySet): fc.Arbitrary<Question> {
  const own = [...policySet.agents, ...policySet.guardrails]
    .flatMap(({ allow }) => allow)
    .flatMap(({ to }) => (to.kind === 'host' ? [to.host] : []));
  const names = fc.constantFrom(...own, ...hosts).chain(namesAround);
  const agent = fc.constantFrom(...policySet.agents.map(({ metadata }) => metadata.name));
  const usual = fc.record({ agent, name: names, type: fc.constantFrom('A', 'AAAA') });
  const any = questions(policySet).filter(({ name }) => name.length < 200);
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: any });
}

function resolversOf({ agents, guardrails }: PolicySet): Address[] {
  const named = [...agents, ...guardrails].flatMap((document) => document.resolvers);
  return [...named, ...named, ...named, ...resolvers];
}

/** A packet has a source: of the agent that the flow names one of its addresses, by CIDR or by registration. */
function sourced(
  { agents }: PolicySet,
  { agent, onBehalfOf: _o, spent: _s, names: _l, at: _a, ...flow }: Flow,
): fc.Arbitrary<Known> {
  if (flow.src) return fc.constant({ ...flow, src: flow.src });
  const own = agents.find(({ metadata }) => metadata.name === agent)?.workloads.cidrs ?? [];
  const registered = registrations.filter((one) => one.agent === agent).map((one) => one.address);
  const all = [...own, ...registered].map(({ family, value }) => ({ family, value }));
  const fitting = all.filter(({ family }) => family === flow.dst.family);
  const sources = fitting.length > 0 ? fitting : strangers;
  const src = fc.constantFrom(...sources.filter(({ family }) => family === flow.dst.family));
  return src.map((one) => ({ ...flow, src: one }));
}
