import { givenTime } from '../../gateway/judge/index.ts';
import {
  interfacePrograms,
  loadObject,
  type MapName,
  type PacketRun,
  runOnPacket,
} from '../../gateway/kernel/index.ts';
import { constants } from '../../gateway/layout/index.ts';
import { lower } from '../../gateway/lower/index.ts';
import {
  addressWords,
  type Binding,
  RuleTables,
  textOf,
  type Workload,
} from '../../gateway/tables/index.ts';
import { waitFor } from '../../lab/net/index.ts';
import { type Reason, reasons } from '../../src/rules/index.ts';
import { ip } from './packets.ts';
import { rulesOf } from './rules-of.ts';

/** How many packets a frame stands for, or how much of its payload each of them carries. */
type Joined = Pick<PacketRun, 'segments' | 'segmentSize'>;

/** What became of one frame. */
export interface Outcome {
  readonly passed: boolean;
  /** The frame that goes out in place of a refused one; absent: it is dropped. */
  readonly reply?: Buffer;
  readonly reason: Reason;
  readonly clause: string | null;
  readonly noted: string | null;
}

/** The interface behind which the tests' agents live. Nothing is attached: to the programs it is a number. */
export const LINK = 7;
/** No agent lives behind this one, and no program judges what comes from there. */
const OUTSIDE = 8;
const everyone: readonly Binding[] = [{ ifindex: LINK, holds: 'all' }];

const PASS = -1;
const REDIRECT = 7;
const MOST_AGENTS = 8;
const directions = { fromAgent: 0, toAgent: 1 } as const;

/** The data plane in the kernel without an interface: frames are run through the programs, one by one. */
export class DataPlane {
  readonly #object: ReturnType<typeof loadObject>;
  readonly tables: RuleTables;
  /** Milliseconds since 1970, UTC: what the programs take for now; `unknown`, or by default the machine's clock. */
  now: number | 'unknown' | undefined;
  /** Firewall mark that the last packet went on with; its interface's number where none was set. */
  lastMark = 0;

  /** @param sizes entries of maps, where other than usual */
  constructor(sizes: Partial<Record<MapName, number>> = {}, clauses = 1024) {
    // Of programs that do the same, one: verifying them takes most of a test's time.
    this.#object = loadObject({ sizes, leaveOut: interfacePrograms });
    this.tables = new RuleTables(this.#object, { clauses });
  }

  get maps() {
    return this.#object.maps;
  }

  /** Another process that takes over the same maps. */
  successor(clauses = 1024): RuleTables {
    return new RuleTables(this.#object, { clauses });
  }

  /** Puts policies (YAML) in force. */
  use(
    policies: string,
    bindings = everyone,
    tables = this.tables,
    workloads: readonly Workload[] = [],
  ) {
    return tables.apply(lower(rulesOf(policies)), bindings, workloads);
  }

  fromAgent(frame: Buffer, ifindex = LINK): Outcome {
    return this.#run(frame, ifindex, directions.fromAgent);
  }

  /** @param cameFrom the interface by which the packet came into the machine */
  toAgent(frame: Buffer, ifindex = LINK, cameFrom = OUTSIDE): Outcome {
    return this.#run(frame, ifindex, directions.toAgent, cameFrom);
  }

  /** Names that an agent knows an address by, and for how many seconds from now. */
  learned(agent: string, address: string): { name: string; seconds: number }[] {
    const number = this.agentNumber(agent);
    const found = this.maps.sp_learned.get({
      agent: number,
      pad: 0,
      addr: addressWords(ip(address)),
    });
    const now = boottime();
    return (found?.names ?? []).flatMap(({ name, expires }) => {
      const text = name === 0n ? undefined : this.#name(number, name);
      return text === undefined ? [] : [{ name: text, seconds: Number(expires - now) / 1e9 }];
    });
  }

  forget(agent: string, address: string): void {
    const key = { agent: this.agentNumber(agent), pad: 0, addr: addressWords(ip(address)) };
    if (!this.maps.sp_learned.delete(key)) throw new Error(`${agent} never learned ${address}`);
  }

  agentNumber(name: string): number {
    const slot = Number(this.tables.generation & 1n) * constants.MAX_AGENTS;
    for (let id = 1; id < constants.MAX_AGENTS; id++) {
      const record = this.maps.sp_agents.get(slot + id);
      if (record && textOf(record.name) === name) return id;
    }
    throw new Error(`no agent ${name} in force`);
  }

  /** As if no flow had ever begun. */
  forgetFlows(): void {
    this.maps.sp_flows.deleteAll([...this.maps.sp_flows.keys()]);
    this.maps.sp_openings.deleteAll([...this.maps.sp_openings.keys()]);
    for (let agent = 1; agent <= MOST_AGENTS; agent++) {
      const use = this.maps.sp_agent_use.get(agent);
      if (use && use.flows !== 0) this.maps.sp_agent_use.set(agent, { ...use, flows: 0 });
    }
  }

  /** Lets the kernel's timer remove what is idle or over; names too, the first time. */
  async sweep(): Promise<void> {
    const turns = () => this.maps.sp_sweeper.get(0)?.turns ?? 0n;
    const before = turns();
    const frame = Buffer.alloc(64);
    const start = () => runOnPacket(this.#object.programs.sp_start, { frame }).action === 0;
    await waitFor('the timer', start, { deadline: 1000 });
    await waitFor('the sweep', () => turns() > before, { deadline: 10_000 });
  }

  packets(reason: Reason): number {
    const code = reasons.findIndex(({ name }) => name === reason);
    return this.maps.sp_reason_count
      .getPerCpu(code)
      .reduce((sum, { packets }) => sum + Number(packets), 0);
  }

  close(): void {
    this.#object.close();
  }

  /** A frame that stands for several segments on the wire, as offloading joins them. */
  segmentsFromAgent(frame: Buffer, joined: Joined): Outcome {
    return this.#run(frame, LINK, directions.fromAgent, LINK, joined);
  }

  #run(
    frame: Buffer,
    ifindex: number,
    direction: number,
    cameFrom = ifindex,
    joined: Joined = {},
  ): Outcome {
    const { sp_judge } = this.#object.programs;
    const time =
      this.now === undefined ? [] : givenTime(this.now === 'unknown' ? undefined : this.now).words;
    const {
      action,
      cb,
      mark,
      frame: left,
    } = runOnPacket(sp_judge, {
      frame,
      mark: ifindex,
      cameFrom,
      ...joined,
      cb: [direction, 0, ...time],
    });
    this.lastMark = mark;
    const [, reason = 0, clause = 0, noted = 0] = cb;
    return {
      passed: action === PASS,
      ...(action === REDIRECT ? { reply: left } : {}),
      reason: (reasons[reason] ?? reasons[0]).name,
      clause: this.#clause(clause),
      noted: this.#clause(noted),
    };
  }

  #clause(number: number): string | null {
    const found = number === 0 ? undefined : this.maps.sp_clauses.get(number);
    return found ? textOf(found.text) : null;
  }

  #name(agent: number, id: bigint): string | undefined {
    const found = this.maps.sp_names.get({ agent, pad: 0, id });
    if (!found) return undefined;
    const reversed = Buffer.from(found.text.subarray(0, found.length));
    return reversed.reverse().toString('latin1').slice(1);
  }
}

/** CLOCK_BOOTTIME, in ns, as expiries are written; the machine does not suspend during a test. */
function boottime(): bigint {
  return process.hrtime.bigint();
}
