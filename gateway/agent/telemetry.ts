import { EventStream } from '../kernel/index.ts';
import { AgentLabels } from './agent-labels.ts';
import type { Enforcement, InForce } from './enforcement.ts';
import { type FlowRecord, FlowRecords } from './flow-record.ts';
import type { Log } from './log.ts';

/** What the kernel sees, told with names: to the log, and to whoever records. */
export class Telemetry {
  readonly #events: EventStream;
  readonly #labels: AgentLabels;
  readonly #enforcement: Enforcement;
  readonly #log: Log;
  #lost: bigint;
  #faults = 0;
  #fault: unknown;

  constructor(enforcement: Enforcement, log: Log, record: (flow: FlowRecord) => void) {
    const { maps } = enforcement.gateway;
    this.#enforcement = enforcement;
    this.#log = log;
    this.#labels = new AgentLabels(maps);
    const records = new FlowRecords(maps, {
      agentOf: this.#labels.find,
      placeOf: (ifindex) => enforcement.site.nameOf(ifindex),
      principalsOf: (address, generation) =>
        enforcement.workloads?.principalsAt(address, generation) ?? null,
    });
    const tell = (raw: Buffer) => {
      const flow = records.decode(raw);
      log(flow.decision === 'deny' ? 'warn' : 'info', flow);
      record(flow);
    };
    this.#events = new EventStream(maps.sp_events.fd, tell, (error) => {
      this.#faults++;
      this.#fault = error;
    });
    this.#lost = this.#losses();
    this.#events.start();
  }

  /** Events of its generation belong to its agents and its commit. */
  remember(inForce: InForce): void {
    this.#labels.remember(inForce.generation, inForce);
  }

  /** Says how many events were lost since the last call, in the kernel or here. */
  tellLosses(): void {
    if (this.#faults > 0) {
      const message = `${this.#faults} events could not be told: ${(this.#fault as Error).message}`;
      this.#log('error', { event: 'lost', events: this.#faults, message });
      this.#faults = 0;
    }
    const total = this.#losses();
    if (total === this.#lost) return;
    const events = Number(total - this.#lost);
    this.#lost = total;
    this.#log('warn', { event: 'lost', events, message: `${events} events were lost` });
  }

  async stop(): Promise<void> {
    await this.#events.stop();
    this.tellLosses();
  }

  #losses(): bigint {
    const { sp_losses } = this.#enforcement.gateway.maps;
    return sp_losses.getPerCpu(0).reduce((sum, { events }) => sum + events, 0n);
  }
}
