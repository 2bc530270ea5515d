import { isError, type Problem } from '../../src/policy/index.ts';
import { compile, type RuleSet, ruleSetDigest } from '../../src/rules/index.ts';
import { loadPolicies } from '../../src/source/index.ts';
import { EventStream, KernelError } from '../kernel/index.ts';
import { AgentLabels } from './agent-labels.ts';
import { ControlSocket, type ProcessReport } from './control-socket.ts';
import { FlowRecords } from './flow-record.ts';
import { Gateway } from './gateway.ts';
import { bindingsOf, type Interface, readInterfaces } from './interfaces.ts';
import type { Log } from './log.ts';
import { PolicyWatch } from './policy-watch.ts';

export interface DaemonOptions {
  readonly name: string;
  readonly policies: string;
  readonly interfaces: readonly string[];
  readonly log: Log;
}

/** How often links and routes are looked at again, in ms. */
const INTERFACE_POLL_MS = 2000;

/** One gateway at work: watches a policy folder, keeps its rules in force, tells what it sees. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #gateway: Gateway;
  readonly #labels: AgentLabels;
  readonly #events: EventStream;
  readonly #watch: PolicyWatch;
  readonly #startedAt = new Date().toISOString();
  #control: ControlSocket | undefined;
  #interfaces: readonly Interface[] = [];
  #interfacePoll: NodeJS.Timeout | undefined;
  #ruleSet: RuleSet | undefined;
  #digest = '';
  #last: ProcessReport['last'] = null;
  #lost = 0n;
  /** Changes of rules, one after the other. */
  #queue: Promise<void> = Promise.resolve();

  private constructor(options: DaemonOptions, gateway: Gateway) {
    this.#options = options;
    this.#gateway = gateway;
    this.#labels = new AgentLabels(gateway.maps);
    const records = new FlowRecords(
      gateway.maps,
      this.#labels.find,
      (ifindex) => this.#interfaces.find((one) => one.ifindex === ifindex)?.name,
    );
    this.#events = new EventStream(gateway.maps.sp_events.fd, (record) => {
      const entry = records.decode(record);
      options.log(entry.decision === 'deny' ? 'warn' : 'info', entry);
    });
    this.#watch = new PolicyWatch(options.policies, () => this.#reload());
  }

  /**
   * Brings a gateway up: everything is refused on its interfaces, or judged by the rules that were in force, before
   * the first policy is read.
   * @throws KernelError for what the machine refuses
   */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const interfaces = await readInterfaces(options.interfaces);
    const missing = options.interfaces.filter((name) => !interfaces.some((i) => i.name === name));
    if (missing.length > 0) {
      throw new KernelError(
        'no-interface',
        `There is no interface ${missing.join(', ')} in this network namespace. See: ip link`,
      );
    }
    let report: () => ProcessReport | null = () => null;
    const control = await ControlSocket.open(options.name, () => report());
    try {
      const daemon = new Daemon(options, Gateway.open(options.name));
      daemon.#control = control;
      report = () => daemon.#report();
      await daemon.#begin(interfaces);
      return daemon;
    } catch (error) {
      await control.close();
      throw error;
    }
  }

  /** Reads the policies again, as after a change. */
  reload(): void {
    this.#watch.trigger();
  }

  /** Ends this process's work. The rules stay in force. */
  async stop(): Promise<void> {
    clearInterval(this.#interfacePoll);
    await this.#watch.stop();
    await this.#queue;
    await this.#events.stop();
    this.#tellLosses();
    await this.#control?.close();
    this.#gateway.close();
    this.#options.log('info', {
      event: 'stopped',
      message: 'stopped; the rules in force stay in force',
    });
  }

  async #begin(interfaces: readonly Interface[]): Promise<void> {
    const { log } = this.#options;
    if (this.#gateway.adopted) {
      const generation = Number(this.#gateway.generation);
      const message = `adopted the rules in force (generation ${generation})`;
      log('info', { event: 'adopted', generation, message });
    }
    for (const { ifindex } of interfaces) this.#gateway.attach(ifindex);
    this.#interfaces = interfaces;
    this.#events.start();
    await this.#watch.start();
    await this.#reload();
    this.#interfacePoll = setInterval(() => void this.#followInterfaces(), INTERFACE_POLL_MS);
    const { name } = this.#options;
    const names = interfaces.map((one) => one.name);
    const generation = Number(this.#gateway.generation);
    const message =
      generation === 0
        ? `governing ${names.join(', ')}: everything is refused until the policies are in order`
        : `governing ${names.join(', ')}`;
    log('info', { event: 'ready', name, interfaces: names, generation, message });
  }

  async #reload(): Promise<void> {
    const started = performance.now();
    let loaded: Awaited<ReturnType<typeof loadPolicies>>;
    try {
      loaded = await loadPolicies(this.#options.policies);
    } catch (error) {
      this.#reject([], (error as Error).message);
      return;
    }
    const errors = loaded.problems.filter(isError);
    if (errors.length > 0) {
      this.#reject(errors, `${errors.length} of the policies’ problems are errors`);
      return;
    }
    this.#ruleSet = compile(loaded.policySet);
    await this.#apply(started);
  }

  /** Puts the last good policies in force on the interfaces as they are now. */
  #apply(started: number): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      if (!this.#ruleSet) return;
      try {
        const digest = ruleSetDigest(this.#ruleSet);
        const bindings = bindingsOf(this.#interfaces, this.#options.interfaces.length === 1);
        const state = `${digest} ${JSON.stringify(bindings, bigIntText)}`;
        if (state === this.#digest) return;
        const applied = await this.#gateway.apply(this.#ruleSet, bindings);
        this.#digest = state;
        this.#labels.remember(applied.generation);
        const ms = Math.round((performance.now() - started) * 10) / 10;
        const agents = this.#ruleSet.agents.length;
        const generation = Number(applied.generation);
        const message = `applied ${agents} policies in ${ms} ms (generation ${generation})`;
        this.#note(true, message);
        const { written, leftover } = applied;
        this.#options.log('info', {
          event: 'applied',
          generation,
          digest,
          agents,
          written,
          ms,
          message,
        });
        if (leftover !== null) {
          const text = `old rules were not all removed (no verdict depends on them): ${leftover}`;
          this.#options.log('warn', { event: 'leftover', message: text });
        }
      } catch (error) {
        this.#reject([], (error as Error).message);
      }
    });
    return this.#queue;
  }

  #reject(problems: readonly Problem[], why: string): void {
    const first = problems[0];
    const place = first ? ` ${first.file}:${first.line}:${first.column} ${first.message}` : '';
    const kept =
      this.#gateway.generation === 0n
        ? 'everything stays refused'
        : 'the rules before stay in force';
    const message = `policies rejected (${kept}): ${why}${place}`;
    this.#note(false, message);
    this.#options.log('error', { event: 'rejected', problems, message });
  }

  #note(ok: boolean, message: string): void {
    this.#last = { at: new Date().toISOString(), ok, message };
  }

  /** An interface that comes back gets its programs again; routes say who lives behind which. */
  async #followInterfaces(): Promise<void> {
    this.#tellLosses();
    let now: Interface[];
    try {
      now = await readInterfaces(this.#options.interfaces);
    } catch (error) {
      this.#options.log('error', { event: 'interfaces', message: (error as Error).message });
      return;
    }
    for (const { name, ifindex } of now) {
      if (this.#gateway.isAttached(ifindex)) continue;
      this.#gateway.attach(ifindex);
      const message = `programs put back on interface ${name}`;
      this.#options.log('warn', { event: 'reattached', interface: name, message });
    }
    for (const { name } of this.#interfaces) {
      if (now.some((one) => one.name === name)) continue;
      this.#options.log('warn', {
        event: 'interface-gone',
        interface: name,
        message: `interface ${name} is gone`,
      });
    }
    this.#interfaces = now;
    await this.#apply(performance.now());
  }

  #tellLosses(): void {
    const total = this.#gateway.maps.sp_losses
      .getPerCpu(0)
      .reduce((sum, losses) => sum + losses.events, 0n);
    if (total === this.#lost) return;
    const lost = Number(total - this.#lost);
    this.#lost = total;
    this.#options.log('warn', { event: 'lost', events: lost, message: `${lost} events were lost` });
  }

  #report(): ProcessReport {
    const { policies, interfaces } = this.#options;
    return { pid: process.pid, policies, interfaces, startedAt: this.#startedAt, last: this.#last };
  }
}

function bigIntText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
