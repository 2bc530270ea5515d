import type { Maps } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { textOf } from '../tables/index.ts';
import type { AgentLabel } from './flow-record.ts';
import type { RuleUpdate } from './policy-source.ts';

/** Events may be older than the rules in force: this many generations back their agents are still known. */
const REMEMBERED = 16;

/** Names and policy versions of agents, by the generation in which an event happened. */
export class AgentLabels {
  readonly #maps: Maps;
  readonly #generations = new Map<bigint, ReadonlyMap<number, AgentLabel>>();

  constructor(maps: Maps) {
    this.#maps = maps;
  }

  /**
   * Reads the agents in force. Called after each change of rules.
   * @param inForce What the maps do not hold; unknown of rules that an earlier process put in force.
   */
  remember(generation: bigint, inForce?: Pick<RuleUpdate, 'ruleSet' | 'origin'>): void {
    const agents = readAgents(this.#maps, generation);
    const commit = inForce?.origin.commit;
    const identities = new Map(
      inForce?.ruleSet.agents.map(({ name, identity }) => [name, identity]),
    );
    const labels = [...agents].map(([number, agent]): [number, AgentLabel] => {
      const identity = identities.get(agent.name) ?? {};
      const stated = Object.keys(identity).length > 0 ? { identity } : {};
      return [number, { ...agent, ...(commit === undefined ? {} : { commit }), ...stated }];
    });
    this.#generations.set(generation, new Map(labels));
    for (const old of this.#generations.keys()) {
      if (old <= generation - BigInt(REMEMBERED)) this.#generations.delete(old);
    }
  }

  find = (generation: bigint, agent: number): AgentLabel | undefined => {
    if (generation !== 0n && !this.#generations.has(generation)) this.remember(generation);
    return this.#generations.get(generation)?.get(agent);
  };
}

export interface AgentInForce extends AgentLabel {
  readonly number: number;
  readonly audit: boolean;
}

/** Agents of a generation, from the maps. */
export function readAgents(maps: Maps, generation: bigint): ReadonlyMap<number, AgentInForce> {
  const { MAX_AGENTS, AGENT_PRESENT, AGENT_AUDIT } = constants;
  const slot = Number(generation & 1n);
  const agents = new Map<number, AgentInForce>();
  for (let number = 1; number < MAX_AGENTS; number++) {
    const record = maps.sp_agents.get(slot * MAX_AGENTS + number);
    if (!record || !(record.flags & AGENT_PRESENT)) continue;
    agents.set(number, {
      number,
      name: textOf(record.name),
      version: textOf(record.version),
      audit: (record.flags & AGENT_AUDIT) !== 0,
    });
  }
  return agents;
}
