import { lower } from '../../../gateway/lower/index.ts';
import { heededWorkloads, type Workload } from '../../../gateway/tables/index.ts';
import { type Address, formatAddress, hostMatches } from '../../../src/policy/index.ts';
import {
  createEvaluator,
  type Evaluator,
  type Flow,
  OwnerIndex,
  type Question,
  type Reason,
  type RuleSet,
  type Traits,
  unwrapNat64,
  type Verdict,
} from '../../../src/rules/index.ts';
import { cidr, type RulesWithoutHello, rulesWithoutHello } from './without-hello.ts';

/** What must become of a packet. */
export interface Expected {
  readonly passed: boolean;
  readonly reason: Reason;
  readonly clause: string | null;
  readonly noted: string | null;
}

/** A packet's flow, with what its sender has learned of the destination. */
export type Known = Flow & { readonly src: Address; readonly names?: readonly string[] };

/** What a connection has shown of TLS: nothing, or a ClientHello and the server that it names. */
export type Hello = 'none' | { readonly sni: string | undefined };

export interface Circumstances {
  readonly now: number | undefined;
  readonly hello: Hello;
  readonly isSpent: (clause: string) => boolean;
}

const ingressOfAll = { id: 'any', from: { kind: 'any' }, protocol: 'any', ports: [] } as const;

/** The evaluator's answers by one set of rules, to flows as they stand in the middle of a sequence. */
export class Verdicts {
  readonly ruleSet: RuleSet;
  readonly workloads: readonly Workload[];
  readonly #evaluators = new Map<string, Evaluator>();
  readonly #withoutHello: RulesWithoutHello;
  readonly #owners = new OwnerIndex<string>();
  readonly #registered: ReadonlyMap<string, Workload>;

  constructor(ruleSet: RuleSet, workloads: readonly Workload[]) {
    this.ruleSet = ruleSet;
    this.#withoutHello = rulesWithoutHello(ruleSet);
    this.workloads = heededWorkloads(lower(ruleSet).agents, workloads);
    this.#registered = new Map(this.workloads.map((one) => [formatAddress(one.address), one]));
    for (const { name, sources } of ruleSet.agents)
      for (const source of sources) this.#owners.add(cidr(source), name);
  }

  ownerOf(address: Address): string | undefined {
    return this.#owners.ownerOf(address) ?? this.#registered.get(formatAddress(address))?.agent;
  }

  decide(flow: Known, circumstances: Circumstances): Expected {
    return this.#decide(flow, circumstances, 'as-written');
  }

  /** The clause that lets the sender's packets go, spent or not: it is the one that counts them. */
  letsGo(flow: Known, circumstances: Circumstances): string | null {
    const { reason, clause } = this.#decide(
      flow,
      { ...circumstances, isSpent: () => false },
      'ingress-open',
    );
    return reason === 'allowed' ? clause : null;
  }

  ask(question: Question, now: number | undefined): Expected {
    const evaluator = this.#evaluator('shown', 'as-written');
    return expected(evaluator.decideQuestion({ ...question, ...when(now) }));
  }

  #decide(
    flow: Known,
    { now, hello, isSpent }: Circumstances,
    ingress: 'as-written' | 'ingress-open',
  ): Expected {
    const { sni: _, ...rest } = flow;
    const isNone = hello === 'none' && flow.protocol === 'tcp';
    const sni = hello === 'none' ? undefined : hello.sni;
    const acting = this.#registered.get(formatAddress(flow.src))?.principals;
    const asked = { ...rest, ...(sni === undefined ? {} : { sni }), ...when(now) };
    const evaluator = this.#evaluator(isNone ? 'none' : 'shown', ingress);
    const verdict = expected(evaluator.decide(asked, this.#traits(flow, { sni, acting, isSpent })));
    const isAboutHello = isNone && verdict.reason === 'sni-missing';
    return isAboutHello ? { ...verdict, reason: 'tls-missing' } : verdict;
  }

  #traits(
    { dst, names = [] }: Known,
    {
      sni,
      acting,
      isSpent,
    }: {
      readonly sni: string | undefined;
      readonly acting: readonly string[] | undefined;
      readonly isSpent: (clause: string) => boolean;
    },
  ): Traits {
    const { places } = this.#withoutHello;
    return {
      nameIn: (host) => {
        const holds = places.get(host.suffix);
        if (!holds) return names.some((name) => hostMatches(host, name));
        const address = unwrapNat64(dst);
        return holds(address, this.ownerOf(address));
      },
      serverNameIn: (host) => sni !== undefined && hostMatches(host, sni),
      actsForOneOf: (principals) => acting?.some((one) => principals.includes(one)),
      isSpent,
    };
  }

  #evaluator(hello: 'none' | 'shown', ingress: 'as-written' | 'ingress-open'): Evaluator {
    const name = `${hello} ${ingress}`;
    const found = this.#evaluators.get(name);
    if (found) return found;
    const ruleSet = hello === 'none' ? this.#withoutHello.ruleSet : this.ruleSet;
    const agents =
      ingress === 'as-written'
        ? ruleSet.agents
        : ruleSet.agents.map((agent) => ({ ...agent, ingress: [ingressOfAll] }));
    const made = createEvaluator({ ...ruleSet, agents }, { registrations: this.workloads });
    this.#evaluators.set(name, made);
    return made;
  }
}

function expected({ decision, reason, clause, noted }: Verdict): Expected {
  return { passed: decision === 'allow', reason, clause, noted };
}

function when(now: number | undefined): { at?: number } {
  return now === undefined ? {} : { at: now };
}
