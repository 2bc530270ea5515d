import { type LoweredBudget, lower } from '../../../gateway/lower/index.ts';
import { heededWorkloads } from '../../../gateway/tables/index.ts';
import { type Address, formatAddress, isMapped } from '../../../src/policy/index.ts';
import { compile, type Reason, type RuleSet, unwrapNat64 } from '../../../src/rules/index.ts';
import { cidr } from '../../arbitraries/alphabet.ts';
import { type DataPlane, LINK } from '../data-plane.ts';
import { ip } from '../packets.ts';
import type { SequenceCase } from './cases.ts';
import { workloads } from './cases.ts';
import { connect, goOn, type Script, serverSpeaks } from './connection.ts';
import { faulty, icmpError, opening, reply, said, unasked } from './frames.ts';
import { instantAfter } from './instants.ts';
import { answer, ask, malformed, type Taught } from './questions.ts';
import { SessionModel } from './session-model.ts';
import type { Step } from './steps.ts';
import type { Expected, Known } from './verdicts.ts';
import { NARROW, World } from './world.ts';

const bindings = [
  { ifindex: LINK, holds: 'all' },
  { ifindex: NARROW, holds: [cidr('203.0.113.128/25')] },
] as const;
const MOST_AGENTS = 8;
const full = { questions_guardrails: 0n, questions_policy: 0n, replies: 0n, replies_out: 0n };
const untouched = {
  lock: undefined,
  pad: 0,
  begins: 0n,
  ends: 0n,
  latest: 0n,
  look: 0n,
  bytes: 0n,
};
const refused = (reason: Expected['reason']): Expected => ({
  passed: false,
  reason,
  clause: null,
  noted: null,
});

type Reach = Extract<Step, { kind: 'reach' }>;

/** Plays sequences of packets to the kernel and to the model, and compares what becomes of each. */
export class Player {
  readonly #plane: DataPlane;
  readonly #tell: (expected: Expected) => void;
  #taught: Taught[] = [];
  #agents: RuleSet['agents'] = [];

  constructor(plane: DataPlane, tell: (expected: Expected) => void) {
    this.#plane = plane;
    this.#tell = tell;
  }

  /** All from nothing: as if nobody had ever said anything. */
  async play({ before, after, at, steps }: SequenceCase): Promise<void> {
    const rules = compile(before);
    this.#forget(await this.#use(rules));
    const spent = this.#plane.tables.budgets.states();
    const world = new World(this.#plane, new SessionModel(rules, workloads, spent), this.#tell);
    this.#setTime(world, at);
    for (const step of steps) {
      if (step.kind === 'rules') {
        const changed = compile(after);
        await this.#use(changed);
        world.model.use(changed);
      } else this.#take(world, step);
    }
  }

  #take(world: World, step: Exclude<Step, { kind: 'rules' }>): void {
    switch (step.kind) {
      case 'time': {
        const { now } = world.model;
        // Time goes on; and nobody forgets it.
        if (now !== undefined) this.#setTime(world, instantAfter(now, step));
        return;
      }
      case 'connect':
        this.#connect(world, step.flow, step.script);
        return;
      case 'ask': {
        const src = this.#addressOf(step.question.agent, step.resolver.family);
        if (src) ask(world, step.question, src, step.resolver);
        return;
      }
      case 'answer':
        this.#answer(world, step);
        return;
      case 'reach':
        this.#reach(world, step);
        return;
      case 'send':
        this.#send(world, step);
        return;
      case 'fault': {
        const ports = { srcPort: world.nextPort(), dstPort: step.flow.port ?? 0 };
        const { frame, reason } = faulty(step.flow, ports, step.fault);
        world.shows(step, frame, { isToAgent: false }, refused(reason));
        return;
      }
      case 'stray':
        this.#stray(world, step);
    }
  }

  #connect(world: World, flow: Known, script: Script): void {
    const { model } = world;
    const isToAgent = model.isInbound(flow);
    if (flow.protocol === 'tcp' && !isToAgent) {
      connect(world, flow, script);
      return;
    }
    const known = model.known(flow);
    const path = { srcPort: world.nextPort(), dstPort: flow.port ?? 0 };
    const frame = opening(known, path);
    const verdict = model.judge(known, 'none');
    // No question is in it.
    const isFiltered = !isToAgent && model.isFiltered(known, verdict);
    const outcome = isFiltered ? malformed : world.paid(known, 'none', verdict, frame);
    world.shows({ connect: known }, frame, { isToAgent }, outcome);
    if (outcome.passed) world.remember(known, path);
  }

  #answer(world: World, step: Extract<Step, { kind: 'answer' }>): void {
    const taught = answer(world, step);
    if (taught) this.#taught.push(taught);
  }

  /** To an address that an answer has named. */
  #reach(world: World, { which, port, protocol, sni, script }: Reach): void {
    const taught = this.#taught[which % Math.max(1, this.#taught.length)];
    if (!taught) return;
    const { agent, address } = taught;
    const src = this.#addressOf(agent, address.family);
    const name = sni === 'learned' ? world.model.namesOf(agent, address)[0] : sni;
    const shown = name === undefined || protocol === 'udp' ? {} : { sni: name };
    if (src) this.#connect(world, { src, dst: address, protocol, port, ...shown }, script);
  }

  #send(world: World, { which, what }: Extract<Step, { kind: 'send' }>): void {
    const { model } = world;
    const session = model.sessions[which % Math.max(1, model.sessions.length)];
    if (!session || session.questions.length > 0) return;
    const { flow, inbound } = session;
    const isReply = what === 'reply' || what === 'error-of-reply';
    const isError = what === 'error' || what === 'error-of-reply';
    // A flow to oneself has but one end, from which no answer comes.
    if ((isReply || isError) && formatAddress(flow.src) === formatAddress(flow.dst)) return;
    if (session.waiting) {
      if (what === 'data') goOn(world, session);
      else if (what === 'reply') serverSpeaks(world, session);
      return;
    }
    if (isError) {
      // In an agent's own name: nobody is one by NAT64.
      if (inbound !== isReply && formatAddress(flow.dst) !== formatAddress(unwrapNat64(flow.dst)))
        return;
      world.follows(session, icmpError(session, isReply), !isReply, 'related');
      return;
    }
    const verdict = model.again(session);
    const data = Buffer.from('data');
    const frame = isReply ? reply(session, data) : said(session, data, session.sent);
    if (verdict.passed && !inbound && model.isFiltered(flow, verdict)) {
      world.shows({ send: flow, isReply }, frame, { isToAgent: isReply }, malformed);
      return;
    }
    world.follows(session, frame, isReply, isReply ? 'reply' : undefined);
  }

  /** What nobody may send, whatever the rules say: unasked answers, and addresses where they do not belong. */
  #stray(world: World, { flow, as }: Extract<Step, { kind: 'stray' }>): void {
    const { model } = world;
    const { src, dst } = flow;
    const ports = { srcPort: world.nextPort(), dstPort: flow.port ?? 0 };
    const frame = as === 'unasked' ? unasked(flow, ports) : opening(flow, ports);
    const owner = model.ownerOf(src);
    const place = {
      unasked: { isToAgent: false },
      'through-another-interface': { isToAgent: false, ifindex: NARROW },
      'from-outside': { isToAgent: true },
    }[as];
    const reason = isMappedPacket(flow)
      ? 'malformed'
      : as === 'unasked'
        ? unaskedReason(flow, owner)
        : as === 'from-outside' && model.ownerOf(unwrapNat64(dst)) === undefined
          ? 'unknown-workload'
          : 'spoofed-source';
    if (as !== 'unasked' && owner === undefined) return;
    if (reason) world.shows({ stray: as, flow }, frame, place, refused(reason));
  }

  #addressOf(agent: string, family: 4 | 6): Address | undefined {
    const sources = this.#agents.find(({ name }) => name === agent)?.sources ?? [];
    return sources
      .map((source) => ip(source.split('/')[0] ?? ''))
      .find((one) => one.family === family);
  }

  /** @returns the budgets that are in force */
  async #use(ruleSet: RuleSet): Promise<readonly LoweredBudget[]> {
    const lowered = lower(ruleSet);
    const heeded = heededWorkloads(lowered.agents, workloads);
    await this.#plane.tables.apply(lowered, bindings, heeded);
    this.#agents = ruleSet.agents;
    return lowered.agents.flatMap(({ budgets }) => budgets);
  }

  #setTime(world: World, at: number | undefined): void {
    world.model.now = at;
    this.#plane.now = at ?? 'unknown';
    if (at !== undefined) this.#plane.tables.lookAhead(at);
  }

  #forget(budgets: readonly LoweredBudget[]): void {
    const { maps } = this.#plane;
    this.#taught = [];
    this.#plane.forgetFlows();
    const { sp_learned, sp_questions, sp_names, sp_openings, sp_hellos, sp_server_names } = maps;
    for (const map of [sp_learned, sp_questions, sp_names, sp_openings, sp_hellos, sp_server_names])
      map.deleteAll([...map.keys()] as never);
    for (let agent = 1; agent < MOST_AGENTS; agent++) {
      maps.sp_agent_use.set(agent, { flows: 0, learned: 0, names: 0, hello_parts: 0 });
      maps.sp_paces.set(agent, full);
    }
    for (const budget of budgets)
      maps.sp_spent.set(this.#plane.tables.budgets.number(budget), untouched);
  }
}

/** UDP has no answers that could be told from questions. */
function unaskedReason({ protocol }: Known, owner: string | undefined): Reason | undefined {
  if (owner === undefined) return 'unknown-workload';
  if (typeof protocol === 'number') return 'protocol';
  return protocol === 'udp' ? undefined : 'not-established';
}

/** Addresses of two families make an IPv6 packet, in which the IPv4 one is mapped. */
function isMappedPacket({ src, dst }: Known): boolean {
  return (
    src.family !== dst.family ||
    [src, dst].some(({ family, value }) => family === 6 && isMapped(value))
  );
}
