import { type Address, parseCidr } from '../policy/index.ts';
import {
  type Clause,
  createEvaluator,
  type Flow,
  OwnerIndex,
  type RuleSet,
  type Verdict,
} from '../rules/index.ts';

/** The rules before or after a change, ready to be asked. */
export interface Side {
  decide(flow: Flow): Verdict;
  hasAgent(name: string): boolean;
  /** Name of the agent that an address belongs to. */
  ownerOf(address: Address): string | undefined;
  /** Clauses about hosts that can decide flows of this agent. */
  hostClauses(agent: string): readonly Clause[];
}

export function sideOf(ruleSet: RuleSet): Side {
  const evaluator = createEvaluator(ruleSet);
  const agents = new Map(ruleSet.agents.map((agent) => [agent.name, agent]));
  const guardrails = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  const owners = new OwnerIndex<string>();
  for (const { name, sources } of ruleSet.agents) {
    for (const source of sources) {
      const cidr = parseCidr(source);
      if (typeof cidr !== 'string') owners.add(cidr, name);
    }
  }
  const hostClauses = new Map<string, readonly Clause[]>();
  return {
    decide: (flow) => evaluator.decide(flow),
    hasAgent: (name) => agents.has(name),
    ownerOf: (address) => owners.ownerOf(address),
    hostClauses(name) {
      const agent = agents.get(name);
      if (!agent) return [];
      const found = hostClauses.get(name);
      if (found) return found;
      const documents = [
        agent,
        ...agent.guardrails.flatMap((above) => guardrails.get(above) ?? []),
      ];
      const clauses = documents
        .flatMap(({ deny, allow }) => [...deny, ...allow])
        .filter(({ to }) => to.kind === 'host');
      hostClauses.set(name, clauses);
      return clauses;
    },
  };
}
