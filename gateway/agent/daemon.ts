import { BudgetCheckpoint } from './budget-checkpoint.ts';
import { type ControlQuestion, ControlSocket, type ProcessReport } from './control-socket.ts';
import type { Drift } from './drift.ts';
import { DriftWatch } from './drift-watch.ts';
import { Enforcement, type InForce } from './enforcement.ts';
import type { FlowRecord } from './flow-record.ts';
import type { Log } from './log.ts';
import type { PolicySource, Rejection, RuleUpdate } from './policy-source.ts';
import type { Site } from './site.ts';
import { Telemetry } from './telemetry.ts';
import { type WorkloadOptions, WorkloadService } from './workload-service.ts';

export interface DaemonOptions {
  readonly name: string;
  readonly source: PolicySource;
  readonly site: Site;
  readonly log: Log;
  /** Where workloads can register; absent: none can. */
  readonly workloads?: WorkloadOptions;
  /** File that keeps what was spent of budgets. */
  readonly checkpoint: string;
  /** Keeps flows for later simulation. */
  readonly record?: (flow: FlowRecord) => void;
  /** Told of every change that is in force, once the kernel's maps were read back and hold it. */
  readonly onVerified?: (inForce: InForce, readBack: Drift) => void;
  /** Told when the maps do not hold what was written. */
  readonly onDrift?: (drift: Drift) => void;
  /** Told of every change that was refused. */
  readonly onRejected?: (why: string) => void;
  /** Told when what was refused or wrong is over without a change of rules. */
  readonly onSettled?: () => void;
}

/** How often links and routes are looked at again, and the kernel is told the time, in ms. */
const INTERFACE_POLL_MS = 2000;

/** One gateway at work: takes rules from a source, keeps them in force, tells what it sees. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #enforcement: Enforcement;
  readonly #telemetry: Telemetry;
  readonly #control: ControlSocket;
  readonly #drift: DriftWatch;
  readonly #startedAt = new Date().toISOString();
  #checkpoint: BudgetCheckpoint | undefined;
  #interfacePoll: NodeJS.Timeout | undefined;
  #workloads: WorkloadService | undefined;
  #isFollowing = false;
  #last: ProcessReport['last'] = null;

  private constructor(options: DaemonOptions, enforcement: Enforcement, control: ControlSocket) {
    this.#options = options;
    this.#enforcement = enforcement;
    this.#control = control;
    this.#telemetry = new Telemetry(enforcement, options.log, options.record ?? (() => {}));
    this.#drift = new DriftWatch(enforcement, options.log, {
      onVerified: (inForce, readBack) => options.onVerified?.(inForce, readBack),
      onDrift: (drift) => options.onDrift?.(drift),
      onRenewed: (inForce) => this.#telemetry.remember(inForce),
    });
  }

  /** Brings a gateway up. @throws KernelError for what the machine refuses */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { name, site, log } = options;
    const control = await ControlSocket.open(name);
    try {
      const enforcement = Enforcement.begin(name, site, log);
      const daemon = new Daemon(options, enforcement, control);
      control.answer = (question) => daemon.#answer(question);
      await daemon.#begin().catch((error) => daemon.#release().then(() => Promise.reject(error)));
      return daemon;
    } catch (error) {
      await control.close();
      throw error;
    }
  }

  /** Whether there are rules; else everything is refused. */
  get isEnforcing(): boolean {
    return this.#enforcement.gateway.generation !== 0n;
  }

  /** Looks for new rules at once. */
  reload(): void {
    this.#options.source.reload();
    void this.#workloads?.reload();
  }

  /** Ends this process's work. The rules stay in force. */
  async stop(): Promise<void> {
    await this.#release();
    await this.#control.close();
    const { log, site } = this.#options;
    log('info', { event: 'stopped', message: `stopped; ${site.afterwards}` });
  }

  /** Nothing of this process reads or writes the maps after it. */
  async #release(): Promise<void> {
    clearInterval(this.#interfacePoll);
    await this.#workloads?.stop();
    await this.#options.source.stop();
    await this.#drift.stop();
    await this.#telemetry.stop();
    await this.#checkpoint?.keep(this.#enforcement.gateway.budgets);
    await this.#enforcement.end();
  }

  async #begin(): Promise<void> {
    const { log, source, name, workloads } = this.#options;
    const { gateway, site } = this.#enforcement;
    const interfaces = site.names;
    if (gateway.adopted) {
      const generation = Number(gateway.generation);
      const message = `adopted the rules in force (generation ${generation})`;
      log('info', { event: 'adopted', generation, message });
    }
    if (workloads) {
      this.#workloads = await WorkloadService.open(name, this.#enforcement, workloads, log);
    }
    this.#checkpoint = await BudgetCheckpoint.open(this.#options.checkpoint, gateway, log);
    const listener = {
      update: (update: RuleUpdate) => this.#apply(update),
      reject: (rejection: Rejection) => this.#reject(rejection),
      upToDate: () => this.#settle(),
    };
    await source.start(listener, gateway.adopted ? gateway.sequence : 0);
    this.#drift.soon();
    this.#interfacePoll = setInterval(() => void this.#follow(), INTERFACE_POLL_MS);
    const generation = Number(gateway.generation);
    const closed = generation === 0 ? ': everything is refused until there are rules' : '';
    const message = `governing ${interfaces.join(', ')} by ${source.description}${closed}`;
    log('info', { event: 'ready', name, interfaces, generation, message });
  }

  async #apply(update: RuleUpdate): Promise<void> {
    try {
      const inForce = await this.#enforcement.apply(update);
      if (inForce) this.#tell(inForce);
      else this.#settle();
    } catch (error) {
      this.#reject({ problems: [], message: (error as Error).message });
      return;
    }
    await update.accepted?.().catch((error: Error) => this.#tellNotKept(error));
  }

  /** In force, but a restart without the server would not find it. */
  #tellNotKept({ message: why }: Error): void {
    const message = `the rules are in force, but could not be kept for a restart: ${why}`;
    this.#note(false, message);
    this.#options.onRejected?.(message);
    this.#options.log('error', { event: 'not-kept', message });
  }

  /** What was wrong before is over, and nothing had to change for it. */
  #settle(): void {
    if (this.#last?.ok !== false) return;
    const message = 'all is well again; the rules in force are the newest';
    this.#note(true, message);
    this.#options.onSettled?.();
    this.#options.log('info', { event: 'settled', message });
  }

  #tell(inForce: InForce): void {
    const { generation, digest, ruleSet, origin, ms } = inForce;
    this.#telemetry.remember(inForce);
    const agents = ruleSet.agents.length;
    const number = Number(generation);
    const message = `policies of ${agents} agents in force after ${ms} ms (generation ${number})`;
    this.#note(true, message);
    this.#options.onSettled?.();
    this.#drift.soon();
    const entry = { generation: number, digest, ...origin, agents, ms, message };
    this.#options.log('info', { event: 'applied', ...entry });
  }

  #reject({ problems, message: why }: Rejection): void {
    const { generation } = this.#enforcement.gateway;
    const kept =
      generation === 0n ? 'everything stays refused' : 'the last good rules stay in force';
    const message = `rejected, ${kept}: ${why}`;
    this.#note(false, message);
    this.#options.onRejected?.(why);
    this.#options.log('error', { event: 'rejected', problems, message });
  }

  async #follow(): Promise<void> {
    // One at a time: where the machine is slow, new rules must not wait behind many looks at its links.
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      this.#telemetry.tellLosses();
      this.#enforcement.gateway.keepTime();
      await this.#checkpoint?.keep(this.#enforcement.gateway.budgets);
      const inForce = await this.#enforcement.follow();
      if (inForce) {
        this.#telemetry.remember(inForce);
        this.#drift.soon();
        const message = `routes have changed; rules bound anew (generation ${inForce.generation})`;
        this.#options.log('info', { event: 'rebound', message });
      }
    } catch (error) {
      this.#options.log('error', { event: 'interfaces', message: (error as Error).message });
    } finally {
      this.#isFollowing = false;
    }
  }

  #note(ok: boolean, message: string): void {
    this.#last = { at: new Date().toISOString(), ok, message };
  }

  #answer(question: ControlQuestion): unknown {
    return question.ask === 'drift' ? this.#drift.look(question.repair) : this.#report();
  }

  #report(): ProcessReport {
    const { source } = this.#options;
    return {
      pid: process.pid,
      source: source.description,
      interfaces: this.#enforcement.site.names,
      startedAt: this.#startedAt,
      drift: this.#drift.last,
      last: this.#last,
    };
  }
}
