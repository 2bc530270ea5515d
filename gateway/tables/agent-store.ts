import type { Maps } from '../kernel/index.ts';
import { constants, structs } from '../layout/index.ts';
import type { LoweredAgent } from '../lower/index.ts';
import { NumberPool, TableFullError } from './number-pool.ts';
import { fixedText, textOf } from './wire.ts';

export interface NumberedAgent extends LoweredAgent {
  readonly id: number;
  readonly rulesetId: number;
  readonly ingressId: number;
}

const { MAX_AGENTS, AGENT_PRESENT, AGENT_AUDIT } = constants;

/** Agents' numbers, and which rules each has, slot by slot. */
export class AgentStore {
  readonly #maps: Pick<Maps, 'sp_agents' | 'sp_agent_use'>;
  readonly #numbers = new NumberPool('agents', 1, MAX_AGENTS);

  constructor(maps: Pick<Maps, 'sp_agents' | 'sp_agent_use'>) {
    this.#maps = maps;
  }

  /** @throws TableFullError */
  number(names: readonly string[]): ReadonlyMap<string, number> {
    const present = new Set(names);
    return new Map(names.map((name) => [name, this.#numberOf(name, present)]));
  }

  /** @param all whether an earlier process may have left agents in the slot whom this one has never heard of */
  write(slot: 0 | 1, agents: readonly NumberedAgent[], all: boolean): void {
    const byId = new Map(agents.map((agent) => [agent.id, agent]));
    const known = [...this.#numbers.entries()].map(([, id]) => id);
    const highest = all ? MAX_AGENTS - 1 : Math.max(0, ...known);
    this.#maps.sp_agents.setAll(
      Array.from({ length: highest + 1 }, (_, id) => [
        slot * MAX_AGENTS + id,
        agentRecord(byId.get(id)),
      ]),
    );
  }

  /** Numbers that an earlier process gave out stay what they are. @returns the rulesets of its agents */
  adopt(slot: 0 | 1): number[] {
    const rulesets: number[] = [];
    for (let id = 1; id < MAX_AGENTS; id++) {
      const record = this.#maps.sp_agents.get(slot * MAX_AGENTS + id);
      if (!record || record.name[0] === 0) continue;
      this.#numbers.adopt(textOf(record.name), id);
      rulesets.push(record.ruleset);
      if (record.ingress !== 0) rulesets.push(record.ingress);
    }
    return rulesets;
  }

  /** A new agent's number has nothing left of an earlier one: no flow, no learned address, no name. */
  #numberOf(name: string, present: ReadonlySet<string>): number {
    const known = this.#numbers.find(name);
    if (known !== undefined) return known;
    if (this.#numbers.isExhausted) {
      for (const [other] of [...this.#numbers.entries()]) {
        if (!present.has(other)) this.#numbers.release(other);
      }
    }
    for (let tries = 0; tries < MAX_AGENTS; tries++) {
      const number = this.#numbers.take(name);
      const use = this.#maps.sp_agent_use.get(number);
      if (!use || use.flows + use.learned + use.names === 0) return number;
      this.#numbers.release(name);
    }
    throw new TableFullError('agents', MAX_AGENTS);
  }
}

function agentRecord(agent: NumberedAgent | undefined) {
  if (!agent) return structs.agent.decode(Buffer.alloc(structs.agent.size));
  return {
    ruleset: agent.rulesetId,
    ingress: agent.ingressId,
    flags: AGENT_PRESENT | (agent.audit ? AGENT_AUDIT : 0),
    name: new Uint8Array(fixedText(agent.name, 64)),
    version: new Uint8Array(fixedText(agent.version, 64)),
  };
}
