import { type Address, cidrHolds, formatAddress } from '../../src/policy/index.ts';
import {
  askedAddress,
  type Flow,
  packetSource,
  type Question,
  questionTypeCode,
  type Registration,
  type RuleSet,
  reasons,
  unwrapNat64,
  type Verdict,
} from '../../src/rules/index.ts';
import { interfacePrograms, loadObject, type ProgramObject, runOnPacket } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { lower, principalBits } from '../lower/index.ts';
import { heededWorkloads, RuleTables, textOf, type Workload } from '../tables/index.ts';
import { dnsQuery } from './dns-message.ts';
import { echo, ipFrame, tcpSegment, udpDatagram } from './frame.ts';
import { giveSpentBudgets } from './given-budgets.ts';
import { giveSourcePrincipals } from './given-principals.ts';
import { givenTime } from './given-time.ts';
import {
  EVERYONE,
  interfaceOf,
  type JudgedAgent,
  judgeBindings,
  standIn,
  standInSources,
} from './judge-interfaces.ts';
import { LearnedNames } from './learned-names.ts';

interface Place {
  readonly ifindex: number;
  readonly inbound: boolean;
}

const protocolNumbers = { tcp: 6, udp: 17 } as const;
const icmpNumber = { 4: 1, 6: 58 } as const;
const modes = { flow: 1, question: 2 } as const;
const CLIENT_PORTS = { first: 32768, count: 28000 } as const;

/**
 * Answers flows and questions by the eBPF programs themselves, run on packets that are built for them
 * (BPF_PROG_TEST_RUN). Nothing is sent, attached or pinned.
 */
export class KernelJudge {
  readonly #object: ProgramObject;
  readonly #tables: RuleTables;
  readonly #names: LearnedNames;
  #ruleSet: RuleSet = { format: 2, agents: [], guardrails: [], gatewayGroups: [] };
  #agents: readonly JudgedAgent[] = [];
  #workloads: readonly Workload[] = [];
  #port = 0;

  private constructor(object: ProgramObject) {
    this.#object = object;
    this.#tables = new RuleTables(object, { clauses: 16384 });
    this.#names = new LearnedNames(object);
  }

  /** @throws KernelError where this machine cannot load eBPF programs */
  static load(): KernelJudge {
    return new KernelJudge(loadObject({ leaveOut: interfacePrograms }));
  }

  /** The rules by which everything from now on is judged. @throws LoweringError, TableFullError */
  async use(ruleSet: RuleSet, registrations: readonly Registration[] = []): Promise<void> {
    const lowered = lower(ruleSet);
    const { agents } = lowered;
    this.#workloads = heededWorkloads(agents, registrations);
    const bindings = judgeBindings(agents, this.#workloads);
    await this.#tables.apply(lowered, bindings, this.#workloads);
    this.#ruleSet = ruleSet;
    this.#agents = agents.map((agent, index) => ({ ...agent, index, id: this.#idOf(agent.name) }));
    const slot = Number(this.#tables.generation & 1n);
    this.#object.maps.sp_sources.setAll(standInSources(slot, this.#agents));
  }

  decide(item: Flow | Question): Verdict {
    return 'name' in item ? this.#question(item) : this.#flow(item);
  }

  close(): void {
    this.#object.close();
  }

  #flow(flow: Flow): Verdict {
    const agent = this.#named(flow.agent);
    const known = packetSource(this.#ruleSet, flow);
    const src = known ?? standIn(agent, flow.dst.family);
    const place = this.#place(flow);
    const sender = agent ?? (flow.agent === undefined ? this.#ownerOf(src) : undefined);
    const sni = flow.protocol === 'tcp' ? flow.sni : undefined;
    const forget = sender
      ? this.#names.teach(sender.id, unwrapNat64(flow.dst), { names: flow.names ?? [], sni })
      : undefined;
    const restore = this.#actFor(flow.onBehalfOf, { sender, src, place });
    const refund = giveSpentBudgets(this.#object.maps, this.#budgetNumbers(flow.spent));
    try {
      const frame = ipFrame({ src, dst: flow.dst }, ...this.#payload(flow));
      const circumstances = {
        at: flow.at,
        isSourceKnown: known !== undefined,
        hasServerName: sni !== undefined,
      };
      return this.#run(frame, place, modes.flow, circumstances);
    } finally {
      refund();
      restore();
      forget?.();
    }
  }

  #question({ agent: name, ...question }: Question): Verdict {
    const agent = this.#named(name);
    const type = questionTypeCode(question.type) ?? 0;
    const query = dnsQuery({ id: 1, name: question.name, type });
    const frame = ipFrame(
      { src: standIn(agent, 6), dst: standIn(undefined, 6) },
      protocolNumbers.udp,
      udpDatagram(this.#nextPort(), 53, query),
    );
    const place = { ifindex: interfaceOf(agent), inbound: false };
    const address = agent && askedAddress(question.name);
    const learned = { names: question.names ?? [], sni: undefined };
    const forget = address && this.#names.teach(agent.id, address, learned);
    try {
      return this.#run(frame, place, modes.question, { at: question.at, isSourceKnown: true });
    } finally {
      forget?.();
    }
  }

  /** Through which interface, and which way, the packet goes (rule D11). */
  #place({ agent, src, dst }: Flow): Place {
    if (agent !== undefined) return { ifindex: interfaceOf(this.#named(agent)), inbound: false };
    const isCarried = (address: Address) => this.#ownerOf(address)?.isRemote === false;
    const inbound = !(src && isCarried(src)) && isCarried(unwrapNat64(dst));
    return { ifindex: EVERYONE, inbound };
  }

  #named(name: string | undefined): JudgedAgent | undefined {
    return this.#agents.find((agent) => agent.name === name);
  }

  #ownerOf(address: Address): JudgedAgent | undefined {
    const text = formatAddress(address);
    const registered = this.#workloads.find((one) => formatAddress(one.address) === text);
    return (
      this.#agents.find(({ sources }) => sources.some((cidr) => cidrHolds(cidr, address))) ??
      this.#named(registered?.agent)
    );
  }

  /** The bits of a stranger's principals are those of any agent: only the shared ones are asked for (rule D8). */
  #actFor(
    onBehalfOf: Flow['onBehalfOf'],
    from: {
      readonly sender: JudgedAgent | undefined;
      readonly src: Address;
      readonly place: Place;
    },
  ): () => void {
    const { sender, src, place } = from;
    const principals = (sender ?? this.#agents[0])?.principals;
    const slot = Number(this.#tables.generation & 1n);
    const ifindex = place.inbound ? constants.ANY_INTERFACE : place.ifindex;
    const bits = onBehalfOf && principals && principalBits(principals, onBehalfOf);
    return giveSourcePrincipals(this.#object.maps, { slot, ifindex, address: src }, bits);
  }

  /** Of clauses that have a budget; others cannot be spent. */
  #budgetNumbers(clauses: readonly string[] = []): number[] {
    return this.#agents
      .flatMap(({ budgets }) => budgets.filter(({ clause }) => clauses.includes(clause)))
      .map((budget) => this.#tables.budgets.number(budget));
  }

  #payload(flow: Flow): [protocol: number, payload: Buffer] {
    const { protocol, port = 0, dst } = flow;
    if (protocol === 'tcp') return [6, tcpSegment({ from: this.#nextPort(), to: port })];
    if (protocol === 'udp') return [17, udpDatagram(this.#nextPort(), port)];
    if (protocol === 'icmp') return [icmpNumber[dst.family], echo(dst.family, this.#nextPort())];
    return [protocol, Buffer.alloc(8)];
  }

  /** A port of its own for each flow, so that each is a new one. */
  #nextPort(): number {
    this.#port = (this.#port + 1) % CLIENT_PORTS.count;
    return CLIENT_PORTS.first + this.#port;
  }

  #run(
    frame: Buffer,
    { ifindex, inbound }: Place,
    mode: number,
    circumstances: {
      readonly at: number | undefined;
      readonly isSourceKnown: boolean;
      readonly hasServerName?: boolean;
    },
  ): Verdict {
    const { programs, maps } = this.#object;
    const time = givenTime(circumstances.at);
    const [given = 0, ...clock] = time.words;
    const source = circumstances.isSourceKnown ? 0 : constants.GIVEN_NO_SOURCE;
    const sni = circumstances.hasServerName ? constants.GIVEN_SNI : 0;
    if (time.at !== undefined) this.#tables.lookAhead(time.at);
    const { cb } = runOnPacket(programs.sp_judge, {
      frame,
      mark: ifindex,
      cb: [inbound ? 1 : 0, mode, given | source | sni, ...clock],
    });
    const [decision = 0, reason = 0, clause = 0, noted = 0, agent = 0] = cb;
    const text = (id: number) => {
      const found = id === 0 ? undefined : maps.sp_clauses.get(id);
      return found ? textOf(found.text) : null;
    };
    return {
      decision: decision === constants.DECISION_ALLOW ? 'allow' : 'deny',
      reason: (reasons[reason] ?? reasons[0]).name,
      clause: text(clause),
      mode: this.#modeOf(agent),
      noted: text(noted),
    };
  }

  #modeOf(agent: number): 'enforce' | 'audit' {
    const record = agent === 0 ? undefined : this.#record(agent);
    return record && record.flags & constants.AGENT_AUDIT ? 'audit' : 'enforce';
  }

  #record(agent: number) {
    const slot = Number(this.#tables.generation & 1n);
    return this.#object.maps.sp_agents.get(slot * constants.MAX_AGENTS + agent);
  }

  #idOf(name: string): number {
    for (let id = 1; id < constants.MAX_AGENTS; id++) {
      const record = this.#record(id);
      if (record && textOf(record.name) === name) return id;
    }
    throw new Error(`agent ${name} is not in the tables`);
  }
}
