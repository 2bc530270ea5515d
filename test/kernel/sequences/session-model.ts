import { constants } from '../../../gateway/layout/index.ts';
import type { SpentBudget, Workload } from '../../../gateway/tables/index.ts';
import {
  type Address,
  type Cidr,
  cidrHolds,
  formatAddress,
  isMapped,
} from '../../../src/policy/index.ts';
import { type Question, type RuleSet, specialUse, unwrapNat64 } from '../../../src/rules/index.ts';
import { QuestionRate } from './question-rate.ts';
import { Spending } from './spending.ts';
import { type Expected, type Hello, type Known, Verdicts } from './verdicts.ts';
import { cidr } from './without-hello.ts';

export interface Ports {
  readonly srcPort: number;
  readonly dstPort: number;
}

/** A flow that was let through, as it began. */
export interface Session {
  readonly flow: Known;
  /** The governed agent, whose flow it is. */
  readonly agent: string;
  readonly inbound: boolean;
  readonly path: Ports;
  readonly questions: { readonly id: number; readonly question: Question; isOpen: boolean }[];
  /** What the kernel has read of its ClientHello. */
  hello: Hello;
  /** Its ClientHello is awaited. */
  waiting?: Waiting | undefined;
  /** Bytes that the client has sent. */
  sent: number;
}

export interface Waiting {
  /** Denied without one. */
  isRequired: boolean;
  /** Bytes of IP that no clause has counted yet. */
  handshake: number;
  /** {@link SessionModel.epoch} at its begin, and whether the budget of what allows it without one was spent. */
  readonly epoch: number;
  readonly wasSpent: boolean;
}

const special = specialUse.map(cidr);

/**
 * What packets do one after the other, by the evaluator's verdict on each flow: names are learned (N1), budgets are
 * spent (D4), flows are remembered with the names and the server name that they began with and judged anew by the rules
 * of now (D12).
 */
export class SessionModel {
  /** Rises with every change of rules or time. */
  epoch = 0;
  readonly sessions: Session[] = [];
  readonly rate = new QuestionRate();
  readonly spending: Spending;
  readonly #workloads: readonly Workload[];
  readonly #learned = new Map<string, Set<string>>();
  readonly #cache = new WeakMap<Known, { at: string; verdict: Expected; counts: string | null }>();
  #now: number | undefined;
  #verdicts: Verdicts;
  #trusted: ReadonlyMap<string, readonly Cidr[]> = new Map();

  constructor(ruleSet: RuleSet, workloads: readonly Workload[], spent: readonly SpentBudget[]) {
    this.#workloads = workloads;
    this.spending = new Spending(ruleSet, spent);
    this.#verdicts = this.use(ruleSet);
  }

  use(ruleSet: RuleSet): Verdicts {
    this.epoch++;
    this.#verdicts = new Verdicts(ruleSet, this.#workloads);
    this.spending.use(ruleSet);
    this.rate.use(ruleSet);
    this.#trusted = new Map(ruleSet.agents.map((agent) => [agent.name, trustedBy(ruleSet, agent)]));
    return this.#verdicts;
  }

  get ruleSet(): RuleSet {
    return this.#verdicts.ruleSet;
  }

  get now(): number | undefined {
    return this.#now;
  }

  set now(at: number | undefined) {
    this.epoch++;
    this.#now = at;
  }

  /** Whose address it is by the rules of now. */
  ownerOf(address: Address): string | undefined {
    return this.#verdicts.ownerOf(address);
  }

  isAudit(agent: string): boolean {
    return this.#verdicts.ruleSet.agents.some(
      ({ name, mode }) => name === agent && mode === 'audit',
    );
  }

  /** Where a packet is judged: on its way to an agent, if only the other end is one. */
  isInbound({ src, dst }: Known): boolean {
    return this.ownerOf(src) === undefined && this.ownerOf(unwrapNat64(dst)) !== undefined;
  }

  /** The flow with what its sender has learned. */
  known(flow: Known): Known {
    return { ...flow, names: this.namesOf(this.ownerOf(flow.src), flow.dst) };
  }

  namesOf(agent: string | undefined, address: Address): string[] {
    return [...(this.#learned.get(`${agent} ${formatAddress(unwrapNat64(address))}`) ?? [])];
  }

  judge(flow: Known, hello: Hello): Expected {
    return this.#decide(flow, hello).verdict;
  }

  /** The clause whose budget counts a flow's packets, whether or not it is spent. */
  counts(flow: Known, hello: Hello): string | null {
    return this.#decide(flow, hello).counts;
  }

  isSpent(flow: Known, hello: Hello): boolean {
    const clause = this.counts(flow, hello);
    return clause !== null && this.spending.isSpent(clause, this.now);
  }

  /** Whether the gateway filters DNS on a flow with this verdict: a resolver is allowed by no clause (D10). */
  isFiltered({ protocol, port }: Known, verdict: Expected): boolean {
    const isDns = protocol === 'udp' && port === 53;
    return isDns && verdict.reason === 'allowed' && verdict.clause === null;
  }

  /** A question on a flow that is allowed. */
  ask(question: Question): Expected {
    const said = this.#verdicts.ask(question, this.now);
    if (!said.passed) return said;
    const { agent } = question;
    const tooMany = { passed: false, reason: 'dns-rate', clause: null, noted: said.noted } as const;
    if (!this.rate.take(agent, 'guardrails')) return tooMany;
    if (this.rate.take(agent, 'policy') || said.reason === 'would-deny') return said;
    return this.isAudit(agent) ? { ...tooMany, passed: true, reason: 'would-deny' } : tooMany;
  }

  /** By the rules of now, of a flow that nobody waits for. */
  again(session: Session): Expected {
    const { flow, inbound, agent, hello } = session;
    if (this.ownerOf(inbound ? unwrapNat64(flow.dst) : flow.src) !== agent)
      return { passed: false, reason: 'unknown-workload', clause: null, noted: null };
    // It came from beyond, so it is not the agent's whose address that is now (D11).
    if (inbound && this.ownerOf(flow.src) !== undefined) {
      return { passed: false, reason: 'spoofed-source', clause: null, noted: null };
    }
    return this.judge(flow, hello);
  }

  drop(session: Session): void {
    const at = this.sessions.indexOf(session);
    if (at >= 0) this.sessions.splice(at, 1);
  }

  /** What an agent learns from the answer to its question: addresses that are not special, or trusted. */
  learn(agent: string, name: string, addresses: readonly Address[]): void {
    for (const address of addresses) {
      if (!this.#mayLearn(agent, address)) continue;
      const place = `${agent} ${formatAddress(unwrapNat64(address))}`;
      this.#learned.set(place, (this.#learned.get(place) ?? new Set()).add(name));
    }
  }

  /** Whether the name would be one too many: which is forgotten then is not the evaluator's affair. */
  isCrowded(agent: string, name: string, address: Address): boolean {
    const names = this.namesOf(agent, address);
    return names.length >= constants.NAMES_PER_ADDRESS && !names.includes(name);
  }

  #mayLearn(agent: string, address: Address): boolean {
    const meant = unwrapNat64(address);
    const isTrusted = () => this.#trusted.get(agent)?.some((block) => cidrHolds(block, meant));
    if (address.family === 6 && isMapped(address.value)) return false;
    return !special.some((block) => cidrHolds(block, meant)) || isTrusted() === true;
  }

  /** A flow is judged once for all its packets, as long as nothing happens that could change the answer. */
  #decide(flow: Known, hello: Hello): { verdict: Expected; counts: string | null } {
    const found = this.#cache.get(flow);
    const spent = found?.counts ? this.spending.isSpent(found.counts, this.now) : false;
    const shown = hello === 'none' ? hello : `shown ${hello.sni}`;
    if (found?.at === `${this.epoch} ${spent} ${shown}`) return found;
    const circumstances = { now: this.now, hello, isSpent: () => false };
    const clause = this.#verdicts.letsGo(flow, circumstances);
    const counts = this.spending.has(clause) ? clause : null;
    const isSpent = counts !== null && this.spending.isSpent(counts, this.now);
    const verdict = this.#verdicts.decide(flow, { ...circumstances, isSpent: () => isSpent });
    const made = { at: `${this.epoch} ${isSpent} ${shown}`, verdict, counts };
    this.#cache.set(flow, made);
    return made;
  }
}

function trustedBy(
  { guardrails }: RuleSet,
  { guardrails: above }: { readonly guardrails: readonly string[] },
): Cidr[] {
  return guardrails
    .filter(({ name, mode }) => mode === 'enforce' && above.includes(name))
    .flatMap(({ trusted }) => trusted.map(cidr));
}
