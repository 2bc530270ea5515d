import {
  type Address,
  type Cidr,
  cidrHolds,
  formatAddress,
  parseCidr,
} from '../../../src/policy/index.ts';
import {
  createEvaluator,
  type Evaluator,
  type Flow,
  type Question,
  type Reason,
  type RuleSet,
  specialUse,
  unwrapNat64,
  type Verdict,
} from '../../../src/rules/index.ts';

/** What must become of a packet. */
export interface Expected {
  readonly passed: boolean;
  readonly reason: Reason;
  readonly clause: string | null;
  readonly noted: string | null;
}

/** A flow that was let through, as it began. */
export interface Session {
  readonly flow: Flow & { readonly src: Address };
  /** The governed agent, whose flow it is. */
  readonly agent: string;
  readonly inbound: boolean;
  readonly path: { readonly srcPort: number; readonly dstPort: number };
  readonly questions: { readonly id: number; readonly question: Question; isOpen: boolean }[];
}

const special = specialUse.map(cidr);

/**
 * What packets do one after the other, by the evaluator's verdict on each flow: names are learned (N1), flows are
 * remembered with the names that they began with and judged anew by the rules of now (D12).
 */
export class SessionModel {
  now: number | undefined;
  readonly sessions: Session[] = [];
  #evaluator: Evaluator;
  #ruleSet: RuleSet;
  readonly #learned = new Map<string, Set<string>>();

  constructor(ruleSet: RuleSet) {
    this.#ruleSet = ruleSet;
    this.#evaluator = createEvaluator(ruleSet);
  }

  use(ruleSet: RuleSet): void {
    this.#ruleSet = ruleSet;
    this.#evaluator = createEvaluator(ruleSet);
  }

  /** Whose address it is by the rules of now. */
  ownerOf(address: Address): string | undefined {
    return this.#ruleSet.agents.find(({ sources }) =>
      sources.some((source) => cidrHolds(cidr(source), address)),
    )?.name;
  }

  /** Where a packet is judged: on its way to an agent, if only the other end is one. */
  isInbound({ src, dst }: Session['flow']): boolean {
    return this.ownerOf(src) === undefined && this.ownerOf(unwrapNat64(dst)) !== undefined;
  }

  /** Verdict on the first packet, with what the sender has learned. */
  begin(flow: Session['flow']): { verdict: Expected; flow: Session['flow'] } {
    const names = [...(this.#learned.get(this.#place(flow)) ?? [])];
    const known = { ...flow, names };
    return { verdict: this.#decide(known), flow: known };
  }

  /** Whether the gateway filters DNS on a flow with this verdict: a resolver is allowed by no clause (D10). */
  isFiltered({ flow }: Pick<Session, 'flow'>, verdict: Expected): boolean {
    const isDns = flow.protocol === 'udp' && flow.port === 53;
    return isDns && verdict.reason === 'allowed' && verdict.clause === null;
  }

  ask(question: Question): Expected {
    return expected(this.#evaluator.decideQuestion({ ...question, ...this.#when() }));
  }

  /** A packet of a known flow, by the rules of now; undefined where the flow goes on. */
  again(session: Session): { verdict: Expected; isOver: boolean } {
    const { flow, inbound, agent } = session;
    if (this.ownerOf(inbound ? unwrapNat64(flow.dst) : flow.src) !== agent) {
      const reason = 'unknown-workload';
      return { verdict: { passed: false, reason, clause: null, noted: null }, isOver: true };
    }
    const verdict = this.#decide(flow);
    if (!verdict.passed) this.sessions.splice(this.sessions.indexOf(session), 1);
    return { verdict, isOver: !verdict.passed };
  }

  /** What an agent learns from the answer to its question: addresses that are not special, or trusted. */
  learn({ agent, flow }: Session, name: string, addresses: readonly Address[]): void {
    for (const address of addresses) {
      const meant = unwrapNat64(address);
      const isSpecial = special.some((block) => cidrHolds(block, meant));
      if (isMapped(address) || (isSpecial && !this.#isTrusted(agent, meant))) continue;
      const place = this.#place({ ...flow, dst: meant });
      this.#learned.set(place, (this.#learned.get(place) ?? new Set()).add(name));
    }
  }

  #decide(flow: Flow): Expected {
    return expected(this.#evaluator.decide({ ...flow, ...this.#when() }));
  }

  #when(): { at?: number } {
    return this.now === undefined ? {} : { at: this.now };
  }

  #place({ src, dst }: Session['flow']): string {
    return `${this.ownerOf(src)} ${formatAddress(unwrapNat64(dst))}`;
  }

  #isTrusted(agent: string, address: Address): boolean {
    const above = this.#ruleSet.agents.find(({ name }) => name === agent)?.guardrails ?? [];
    return this.#ruleSet.guardrails
      .filter(({ name, mode }) => mode === 'enforce' && above.includes(name))
      .some(({ trusted }) => trusted.some((block) => cidrHolds(cidr(block), address)));
  }
}

function expected({ decision, reason, clause, noted }: Verdict): Expected {
  return { passed: decision === 'allow', reason, clause, noted };
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function isMapped({ family, value }: Address): boolean {
  return family === 6 && value >> 32n === 0xffffn;
}
