import type { Maps } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import { agentRecord, type NumberedAgent } from './agent-record.ts';
import type { ExpectedMap } from './expected-rules.ts';
import { type Binding, sourceEntries } from './sources.ts';
import type { Workload } from './workloads.ts';

/** Who is who and has which rules, in one generation. */
export class Slot {
  readonly number: number;
  readonly #generation: bigint;
  readonly #agents: ReadonlyMap<number, NumberedAgent>;
  readonly #bindings: readonly Binding[];
  readonly #workloads: readonly Workload[];

  constructor(
    generation: bigint,
    agents: readonly NumberedAgent[],
    bindings: readonly Binding[],
    workloads: readonly Workload[],
  ) {
    this.number = Number(generation & 1n);
    this.#generation = generation;
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.#bindings = bindings;
    this.#workloads = workloads;
  }

  /** The same in another generation. */
  under(generation: bigint): Slot {
    return new Slot(generation, [...this.#agents.values()], this.#bindings, this.#workloads);
  }

  /** Records of agents up to a number; who is no agent has one of zeros. */
  *agents(highest: number): Generator<[number, Decoded<typeof structs.agent>]> {
    for (let id = 0; id <= highest; id++) {
      yield [this.number * constants.MAX_AGENTS + id, agentRecord(this.#agents.get(id))];
    }
  }

  sources(): ReturnType<typeof sourceEntries> {
    const agents = [...this.#agents.values()];
    return sourceEntries(this.number, agents, this.#bindings, this.#workloads);
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
