import { type Address, formatAddress, parseCidr } from '../policy/index.ts';
import {
  type ClauseBudget,
  createEvaluator,
  type Flow,
  OwnerIndex,
  type RuleSet,
  type Traits,
  type Verdict,
} from '../rules/index.ts';

/** A recorded flow as it is replayed. */
export interface SentFlow extends Omit<Flow, 'agent'> {
  readonly src: Address;
  /** Who sent it by the record, where the address is no agent's by its CIDRs. */
  readonly claimed?: string;
}

/** The rules before or after a change, ready to be asked. */
export interface Side {
  /** @param traits Answers in place of what the flow states: see {@link Traits}. */
  decide(flow: SentFlow, traits?: Traits): Verdict;
  hasAgent(name: string): boolean;
  /** Whether workloads become the agent by registering. */
  registers(name: string): boolean;
  /** Name of the agent that an address belongs to by its CIDRs. */
  ownerOf(address: Address): string | undefined;
  budgetOf(clause: string): ClauseBudget | undefined;
  /** All that is said of an agent, guardrails included: equal texts decide alike. */
  rulesOf(agent: string): string | undefined;
}

export function sideOf(ruleSet: RuleSet): Side {
  const agents = new Map(ruleSet.agents.map((agent) => [agent.name, agent]));
  const guardrails = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  const owners = ownersOf(ruleSet);
  const budgets = new Map(
    ruleSet.agents.flatMap(({ allow }) =>
      allow.flatMap(({ id, budget }) => (budget ? [[id, budget] as const] : [])),
    ),
  );
  let registered: { readonly address: string; readonly agent: string } | undefined;
  const evaluator = createEvaluator(ruleSet, {
    registrations: (address) =>
      registered?.address === formatAddress(address) ? registered.agent : undefined,
  });
  const registers = (name: string) => Object.keys(agents.get(name)?.selector ?? {}).length > 0;
  return {
    decide({ claimed, ...flow }, traits) {
      if (claimed === undefined) return evaluator.decide(flow, traits);
      if (registers(claimed)) {
        registered = { address: formatAddress(flow.src), agent: claimed };
        const verdict = evaluator.decide(flow, traits);
        registered = undefined;
        return verdict;
      }
      // Workloads have moved since the recording. From elsewhere to an agent, the address alone counts.
      if (owners.ownerOf(flow.dst) !== undefined) return evaluator.decide(flow, traits);
      const { src: _, ...unplaced } = flow;
      return evaluator.decide({ ...unplaced, agent: claimed }, traits);
    },
    hasAgent: (name) => agents.has(name),
    registers,
    ownerOf: (address) => owners.ownerOf(address),
    budgetOf: (clause) => budgets.get(clause),
    rulesOf(name) {
      const agent = agents.get(name);
      if (!agent) return undefined;
      return JSON.stringify([agent, agent.guardrails.map((above) => guardrails.get(above))]);
    },
  };
}

function ownersOf({ agents }: RuleSet): OwnerIndex<string> {
  const owners = new OwnerIndex<string>();
  for (const { name, sources } of agents) {
    for (const source of sources) {
      const cidr = parseCidr(source);
      if (typeof cidr !== 'string') owners.add(cidr, name);
    }
  }
  return owners;
}
