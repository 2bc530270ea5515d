import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readAgents } from '../../gateway/agent/agent-labels.ts';
import { type Maps, Pins } from '../../gateway/kernel/index.ts';
import { type Reason, reasons } from '../../src/rules/index.ts';
import { GoverningGateway } from './governing-gateway.ts';
import { buildHosts, type HostName, hosts, namespaceOf, places, removeHosts } from './hosts.ts';
import { packetTool, python } from './requirements.ts';

const fenced = '192.0.2.200';
/** What must pass, and what must come back: nothing that was sent before is still under way then. */
function fenceOf(from: HostName, step: number): [HostName, string, HostName, string] {
  const near = from === 'beta' ? 'beta' : 'alpha';
  const there = datagram(places[near], 20_000, fenced, 9, step);
  return [near, there, 'outside', datagram(fenced, 9, places[near], 20_000, step)];
}

export interface Arrival {
  /** How many frames the expressions made. */
  readonly sent: number;
  /** Frames, in hexadecimal, that came to each host. */
  readonly arrived: Readonly<Record<HostName, readonly string[]>>;
  /** Packets that the gateway counted meanwhile, by reason. */
  readonly counted: Partial<Record<Reason, number>>;
}

/** A gateway process that governs two agents' links, and a packet tool with a socket on every link's far end. */
export class Range {
  readonly name = `test-evade-${process.pid}`;
  readonly #gateway = new GoverningGateway(this.name, namespaceOf(this.name, 'gateway'));
  #tool: ChildProcessWithoutNullStreams | undefined;
  #answers: AsyncIterator<string> | undefined;
  #complaints = '';
  #maps: Maps | undefined;
  #steps = 0;

  static async create(policies: string): Promise<Range> {
    const range = new Range();
    try {
      await buildHosts(range.name);
      await range.#gateway.start(['gw0', 'gw1'], policies);
      range.#maps = new Pins(range.name).openMaps();
      range.#startTool();
      return range;
    } catch (error) {
      await range.remove();
      throw error;
    }
  }

  /** Puts other policies in force. */
  async use(policies: string): Promise<void> {
    await this.#gateway.use(policies);
  }

  /**
   * Sends frames, and waits until whatever they cause has happened. In expressions, the places and `port`, a number
   * that is this attack's own, are known.
   * @param mark that the sender's socket puts on its packets (SO_MARK)
   */
  async send(from: HostName, frames: readonly string[], port: number, mark = 0): Promise<Arrival> {
    const before = this.#packets();
    const fence = fenceOf(from, this.#steps++);
    const order = { from, frames, names: { ...places, port }, mark, fence };
    this.#tool?.stdin.write(`${JSON.stringify(order)}\n`);
    const answer = await this.#answers?.next();
    if (answer === undefined || answer.done) {
      throw new Error(`the packet tool has ended:\n${this.#complaints}`);
    }
    const after = this.#packets();
    // The fence itself: a flow that is allowed, and its reply.
    const own: Partial<Record<Reason, number>> = { allowed: 1, reply: 1 };
    const counted = Object.fromEntries(
      reasons
        .map(({ name }, code) => [
          name,
          (after[code] ?? 0) - (before[code] ?? 0) - (own[name] ?? 0),
        ])
        .filter(([, count]) => count !== 0),
    );
    return { ...(JSON.parse(answer.value) as Pick<Arrival, 'sent' | 'arrived'>), counted };
  }

  /** Flows that the gateway keeps for an agent. */
  flows(agent: string): number {
    const { generation = 0n } = this.maps.sp_state.get(0) ?? {};
    const found = [...readAgents(this.maps, generation).values()].find((one) => one.name === agent);
    return (found && this.maps.sp_agent_use.get(found.number)?.flows) ?? 0;
  }

  get maps(): Maps {
    if (!this.#maps) throw new Error('the range is not built');
    return this.#maps;
  }

  async remove(): Promise<void> {
    this.#tool?.kill();
    await this.#gateway.remove();
    await removeHosts(this.name);
  }

  #packets(): number[] {
    const { sp_reason_count } = this.maps;
    return reasons.map((_, code) =>
      sp_reason_count.getPerCpu(code).reduce((sum, { packets }) => sum + Number(packets), 0),
    );
  }

  #startTool(): void {
    const ends = hosts.map((host) => `${host}=${namespaceOf(this.name, host)}`);
    this.#tool = spawn(python, [packetTool, ...ends]);
    this.#answers = createInterface(this.#tool.stdout)[Symbol.asyncIterator]();
    this.#tool.stderr.on('data', (chunk) => {
      this.#complaints += String(chunk);
    });
    // It tells why on its standard error.
    this.#tool.stdin.on('error', () => {});
  }
}

function datagram(src: string, from: number, dst: string, to: number, step: number): string {
  return `IP(src="${src}", dst="${dst}")/UDP(sport=${from}, dport=${to})/b"fence ${step}"`;
}
