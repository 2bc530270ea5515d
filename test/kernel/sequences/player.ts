import { expect } from 'vitest';
import { dnsQuery, dnsResponse, questionPointer } from '../../../gateway/judge/index.ts';
import { lower } from '../../../gateway/lower/index.ts';
import { type Address, formatAddress } from '../../../src/policy/index.ts';
import { compile, questionTypeCode, type RuleSet, unwrapNat64 } from '../../../src/rules/index.ts';
import { type DataPlane, LINK, type Outcome } from '../data-plane.ts';
import { addressRecord } from '../dns.ts';
import { ip } from '../packets.ts';
import { type Flow, handshake, later, opening, type Ports, reply } from './frames.ts';
import { type Expected, type Session, SessionModel } from './session-model.ts';
import type { Sequence, SequenceCase, Step } from './steps.ts';

/** Plays sequences of packets to the kernel and to the model, and compares what becomes of each. */
export class Player {
  readonly #plane: DataPlane;
  readonly #tell: (expected: Expected) => void;
  #model = new SessionModel({ format: 2, agents: [], guardrails: [], gatewayGroups: [] });
  #rules: { before: RuleSet; after: RuleSet } | undefined;
  #inForce: RuleSet | undefined;
  #port = 1024;
  #last: { agent: string; src: Address; address: Address } | undefined;

  constructor(plane: DataPlane, tell: (expected: Expected) => void) {
    this.#plane = plane;
    this.#tell = tell;
  }

  async play({ before, after, sequences }: SequenceCase): Promise<void> {
    this.#rules = { before: compile(before), after: compile(after) };
    for (const sequence of sequences) await this.#playOne(sequence);
  }

  async #playOne({ at, steps }: Sequence): Promise<void> {
    const { before = empty } = this.#rules ?? {};
    await this.#use(before);
    this.#forget();
    this.#model = new SessionModel(before);
    this.#setTime(at);
    for (const step of steps) await this.#take(step);
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'rules':
        await this.#use(this.#rules?.after ?? empty);
        this.#model.use(this.#rules?.after ?? empty);
        return;
      case 'time':
        // Time goes on; and nobody forgets it.
        if (this.#model.now !== undefined && step.at > this.#model.now) this.#setTime(step.at);
        return;
      case 'connect':
        this.#connect(step.flow);
        return;
      case 'ask':
        this.#ask(step);
        return;
      case 'answer':
        this.#answer(step);
        return;
      case 'reach':
        this.#reach(step);
        return;
      case 'send':
        this.#send(step);
    }
  }

  #connect(flow: Flow): void {
    const { verdict, flow: known } = this.#model.begin(flow);
    const inbound = this.#model.isInbound(flow);
    const ports = { srcPort: this.#nextPort(), dstPort: flow.port ?? 0 };
    // No question is in it.
    const isFiltered = !inbound && this.#model.isFiltered({ flow }, verdict);
    const outcome = isFiltered ? malformed : verdict;
    const first = this.#run(opening(known, ports), inbound);
    if (flow.protocol === 'tcp' && !inbound && !first.passed && !outcome.passed) {
      // Refused whatever name the ClientHello would hold, so none is known.
      const { sni: _, ...unnamed } = flow;
      this.#compare({ connect: unnamed }, this.#model.begin(unnamed).verdict, first);
      return;
    }
    this.#compare({ connect: flow }, outcome, this.#goOn(known, ports, { inbound, first }));
    if (!outcome.passed) return;
    this.#remember({ flow: known, inbound, path: ports, questions: [] });
  }

  /** What shows the verdict: of a connection whose SYN has passed, its ClientHello. */
  #goOn(flow: Flow, ports: Ports, so: { inbound: boolean; first: Outcome }): Outcome {
    if (flow.protocol !== 'tcp' || so.inbound || !so.first.passed) return so.first;
    const { synAck, hello, ack } = handshake(flow, ports);
    expect(this.#run(synAck, true)).toMatchObject({ passed: true });
    const outcome = this.#run(hello, false);
    if (outcome.passed) expect(this.#run(ack, true)).toMatchObject({ passed: true });
    return outcome;
  }

  #ask({ question, resolver }: Extract<Step, { kind: 'ask' }>): void {
    const { agent, name } = question;
    const src = this.#addressOf(agent, resolver.family);
    if (!src) return;
    const flow: Flow = { src, dst: resolver, protocol: 'udp', port: 53 };
    const { verdict, flow: known } = this.#model.begin(flow);
    const ports = { srcPort: this.#nextPort(), dstPort: 53 };
    const id = ports.srcPort & 0xffff;
    const type = questionTypeCode(question.type) ?? 0;
    const frame = opening(known, ports, dnsQuery({ id, name, type }));
    const isFiltered = this.#model.isFiltered({ flow }, verdict);
    const said = isFiltered ? this.#model.ask(question) : verdict;
    const outcome = said.passed ? verdict : said;
    this.#compare({ ask: question, resolver }, outcome, this.#run(frame, false));
    if (!outcome.passed) return;
    const questions = isFiltered ? [{ id, question, isOpen: true }] : [];
    this.#remember({ flow: known, inbound: false, path: ports, questions });
  }

  #answer({ which, addresses, isRight }: Extract<Step, { kind: 'answer' }>): void {
    const asked = this.#model.sessions.filter(({ questions }) => questions.length > 0);
    const session = asked[which % Math.max(1, asked.length)];
    const [open] = session?.questions ?? [];
    if (!session || !open) return;
    const { name } = open.question;
    const type = questionTypeCode(open.question.type) ?? 0;
    const records = addresses.map((one) => addressRecord(formatAddress(one), questionPointer));
    const id = isRight ? open.id : open.id ^ 1;
    const frame = reply(session, dnsResponse({ id, name, type }, records));
    const { verdict, isOver } = this.#model.again(session);
    const isFiltered = !isOver && this.#model.isFiltered(session, verdict);
    const isHeeded = !isFiltered || (isRight && open.isOpen);
    const outcome = isOver
      ? verdict
      : isHeeded
        ? { ...verdict, reason: 'reply' as const }
        : malformed;
    this.#compare({ answer: name, addresses, isRight }, outcome, this.#run(frame, true));
    if (!isFiltered || !isHeeded || isOver) return;
    open.isOpen = false;
    this.#model.learn(session, name, addresses);
    const [address] = addresses;
    if (address) this.#last = { agent: session.agent, src: session.flow.src, address };
  }

  /** To an address that was just learned, or was not. */
  #reach({ port }: Extract<Step, { kind: 'reach' }>): void {
    if (!this.#last) return;
    const { agent, address } = this.#last;
    const src = this.#addressOf(agent, address.family);
    if (src) this.#connect({ src, dst: address, protocol: 'tcp', port });
  }

  #send({ which, isReply }: Extract<Step, { kind: 'send' }>): void {
    const { sessions } = this.#model;
    const session = sessions[which % Math.max(1, sessions.length)];
    if (!session || session.questions.length > 0) return;
    const { flow, path, inbound } = session;
    // An echo to oneself has but one end, from which no answer comes.
    if (isReply && formatAddress(flow.src) === formatAddress(flow.dst)) return;
    const { verdict, isOver } = this.#model.again(session);
    const isFiltered = !isOver && !inbound && this.#model.isFiltered(session, verdict);
    const data = isReply ? reply(session) : later(flow, path);
    const passes: Expected = isReply ? { ...verdict, reason: 'reply' } : verdict;
    const outcome = isOver ? verdict : isFiltered ? malformed : passes;
    this.#compare({ send: flow, isReply }, outcome, this.#run(data, inbound !== isReply));
  }

  #compare(what: object, expected: Expected, outcome: Outcome): void {
    expect({ what, outcome }).toEqual({ what, outcome: expected });
    this.#tell(expected);
  }

  #remember(session: Omit<Session, 'agent'>): void {
    const { flow, inbound } = session;
    const agent = this.#model.ownerOf(inbound ? unwrapNat64(flow.dst) : flow.src);
    if (agent !== undefined && typeof flow.protocol !== 'number')
      this.#model.sessions.push({ ...session, agent });
  }

  #addressOf(agent: string, family: 4 | 6): Address | undefined {
    const rules = this.#inForce?.agents.find(({ name }) => name === agent);
    return rules?.sources
      .map((source) => ip(source.split('/')[0] ?? ''))
      .find((one) => one.family === family);
  }

  #run(frame: Buffer, isToAgent: boolean): Outcome {
    return isToAgent ? this.#plane.toAgent(frame) : this.#plane.fromAgent(frame);
  }

  async #use(ruleSet: RuleSet): Promise<void> {
    if (this.#inForce === ruleSet) return;
    await this.#plane.tables.apply(lower(ruleSet), [{ ifindex: LINK, holds: 'all' }]);
    this.#inForce = ruleSet;
  }

  #setTime(at: number | undefined): void {
    this.#model.now = at;
    this.#plane.now = at ?? 'unknown';
    if (at !== undefined) this.#plane.tables.lookAhead(at);
  }

  /** As if nobody had ever said anything. */
  #forget(): void {
    const { sp_learned, sp_questions, sp_names, sp_openings, sp_hellos } = this.#plane.maps;
    this.#last = undefined;
    this.#plane.forgetFlows();
    for (let agent = 1; agent < 8; agent++) {
      const use = this.#plane.maps.sp_agent_use.get(agent);
      if (use)
        this.#plane.maps.sp_agent_use.set(agent, { ...use, learned: 0, names: 0, hello_parts: 0 });
    }
    sp_questions.deleteAll([...sp_questions.keys()]);
    sp_learned.deleteAll([...sp_learned.keys()]);
    sp_names.deleteAll([...sp_names.keys()]);
    sp_openings.deleteAll([...sp_openings.keys()]);
    sp_hellos.deleteAll([...sp_hellos.keys()]);
  }

  #nextPort(): number {
    this.#port = this.#port >= 65_000 ? 1024 : this.#port + 1;
    return this.#port;
  }
}

const empty: RuleSet = { format: 2, agents: [], guardrails: [], gatewayGroups: [] };
/** A question that is none, or an answer to none. */
const malformed: Expected = { passed: false, reason: 'dns-malformed', clause: null, noted: null };
