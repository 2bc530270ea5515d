import type { Maps } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { textOf } from '../tables/index.ts';
import type { AgentLabel } from './flow-record.ts';
import type { RuleUpdate } from './policy-source.ts';

/** Events may be older than the rules in force: so many sets of rules back, their agents are still known. */
const REMEMBERED = 16;

/** Agents from a generation on, until that of the next rules: workloads that come and go make generations too. */
interface Epoch {
  readonly from: bigint;
  readonly labels: ReadonlyMap<number, AgentLabel>;
}

/** Names and policy versions of agents, by the generation in which an event happened. */
export class AgentLabels {
  readonly #maps: Maps;
  #epochs: readonly Epoch[] = [];

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
    // What was read before for an event of these rules lacks what is known now.
    const before = this.#epochs.filter(({ from }) => from < generation);
    const after = inForce ? [] : this.#epochs.filter(({ from }) => from > generation);
    const epochs = [...before, { from: generation, labels: new Map(labels) }, ...after];
    this.#epochs = epochs.slice(-REMEMBERED);
  }

  find = (generation: bigint, agent: number): AgentLabel | undefined => {
    if (generation === 0n) return undefined;
    if (!this.#epochOf(generation)) this.remember(generation);
    return this.#epochOf(generation)?.labels.get(agent);
  };

  /** Rules alternate between two slots; within one of them, a later generation has the same. */
  #epochOf(generation: bigint): Epoch | undefined {
    const epoch = this.#epochs.findLast(({ from }) => from <= generation);
    return epoch && (epoch.from & 1n) === (generation & 1n) ? epoch : undefined;
  }
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
