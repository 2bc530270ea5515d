import type { Maps } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { NumberPool, TableFullError } from './number-pool.ts';
import { textOf } from './wire.ts';

const { MAX_AGENTS } = constants;

/** Agents' numbers, by which the maps know them. */
export class AgentNumbers {
  readonly #maps: Pick<Maps, 'sp_agents' | 'sp_agent_use'>;
  readonly #numbers = new NumberPool('agents', 1, MAX_AGENTS);

  constructor(maps: Pick<Maps, 'sp_agents' | 'sp_agent_use'>) {
    this.#maps = maps;
  }

  /** The highest that was given out. */
  get highest(): number {
    return Math.max(0, ...[...this.#numbers.entries()].map(([, id]) => id));
  }

  /** @throws TableFullError */
  of(names: readonly string[]): ReadonlyMap<string, number> {
    const present = new Set(names);
    return new Map(names.map((name) => [name, this.#numberOf(name, present)]));
  }

  /** Numbers that an earlier process gave out stay what they are. @returns the rulesets of its agents */
  adopt(slot: number): number[] {
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
