import { formatAddress } from '../../src/policy/index.ts';
import type { Maps } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import type { LoweredBudget } from '../lower/index.ts';
import { agentRecord, type NumberedAgent } from './agent-record.ts';
import type { ExpectedMap } from './expected-rules.ts';
import {
  agentSources,
  type Binding,
  type SourceKey,
  type Sources,
  type SourceValue,
  sourceText,
  workloadSources,
} from './sources.ts';
import { type HeededWorkload, heededWorkloads, type Workload, workloadHeed } from './workloads.ts';

/** Who is who and has which rules, in one generation. */
export class Slot {
  readonly number: 0 | 1;
  #generation: bigint;
  readonly #agents: ReadonlyMap<number, NumberedAgent>;
  readonly #byName: ReadonlyMap<string, NumberedAgent>;
  readonly bindings: readonly Binding[];
  /** Tells whether a registration counts. */
  readonly heed: (workload: Workload) => HeededWorkload | undefined;
  #unregistered: Sources | undefined;
  /** Registrations that count, by address. Changes while the slot is in force. */
  readonly workloads: Map<string, HeededWorkload>;

  constructor(
    generation: bigint,
    agents: readonly NumberedAgent[],
    bindings: readonly Binding[],
    workloads: readonly Workload[],
  ) {
    this.number = generation & 1n ? 1 : 0;
    this.#generation = generation;
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.#byName = new Map(agents.map((agent) => [agent.name, agent]));
    this.bindings = bindings;
    this.heed = workloadHeed(agents);
    const heeded = heededWorkloads(agents, workloads);
    this.workloads = new Map(heeded.map((one) => [formatAddress(one.address), one]));
  }

  /** @throws Error where there is none of that name */
  agent(name: string): NumberedAgent {
    const found = this.#byName.get(name);
    if (!found) throw new Error(`agent ${name} is not in force`);
    return found;
  }

  /** Another number of the same place in the maps. */
  renumber(generation: bigint): void {
    this.#generation = generation;
  }

  /** The same in another generation. */
  under(generation: bigint): Slot {
    return new Slot(generation, [...this.#agents.values()], this.bindings, [
      ...this.workloads.values(),
    ]);
  }

  /** Records of agents up to a number; who is no agent has one of zeros. */
  *agents(highest: number): Generator<[number, Decoded<typeof structs.agent>]> {
    for (let id = 0; id <= highest; id++) {
      yield [this.number * constants.MAX_AGENTS + id, agentRecord(this.#agents.get(id))];
    }
  }

  /** What its agents may spend. */
  get budgets(): readonly LoweredBudget[] {
    return [...this.#agents.values()].flatMap(({ budgets }) => budgets);
  }

  sources(): [SourceKey, SourceValue][] {
    const entries: Sources = new Map(this.unregistered());
    for (const workload of this.workloads.values()) {
      const stated = workloadSources(this.agent(workload.agent), this.bindings, workload);
      for (const [key, value] of stated) entries.set(sourceText(key), [key, value]);
    }
    return [...entries.values()].map(([key, value]) => [{ ...key, slot: this.number }, value]);
  }

  /** Who is who without registrations. */
  unregistered(): Sources {
    this.#unregistered ??= agentSources([...this.#agents.values()], this.bindings);
    return this.#unregistered;
  }

  /** What the maps must hold while this slot is in force. */
  expected({ sp_state, sp_agents, sp_sources }: Maps): ExpectedMap[] {
    // What stands beside the generation is the kernel's to change.
    const others = { tai_ahead: 0, clock_known: 0, reply_mark: 0, pad: 0 };
    const state = { generation: this.#generation, ...others };
    return [
      {
        map: sp_state,
        entries: [[0, state]],
        part: ({ generation }: typeof state) => ({ ...state, generation }),
      },
      { map: sp_agents, entries: this.agents(constants.MAX_AGENTS - 1) },
      {
        map: sp_sources,
        entries: this.sources(),
        mayHold: ({ slot }: { slot: number }) => slot !== this.number,
      },
    ];
  }
}
