import type { Cidr } from '../../policy/index.ts';
import type { Clause, ClauseBudget, RuleSet } from '../../rules/index.ts';
import type { NameTerms, PeerTerms } from '../index.ts';
import { learnableAddresses } from './learnable-addresses.ts';
import { learnableNames } from './learnable-names.ts';
import { standingDenies } from './standing-denies.ts';

/** What the rules of both sides of a change say, beside the regions that differ. */
export interface RuleKnowledge {
  /** Whether an agent can come to know any of these names for an address (rules N1, N2). */
  readonly canLearn: (agent: string, names: NameTerms) => boolean;
  /** Whether some of these addresses can come to stand for a name, for an agent (rule N1). */
  readonly canLearnAt: (agent: string, peer: PeerTerms) => boolean;
  /** What is denied to an agent before and after the change. */
  readonly standingDenies: (agent: string) => StandingDenies;
  /** Whether workloads may register as the agent: from whatever address. */
  readonly registers: (agent: string) => boolean;
  /** Whether names are asked for on account of a clause: `to: host` and `to: any` (rule N2). */
  readonly admitsNames: (side: Side, clause: string) => boolean;
  /** Whether a clause refuses every question for the hosts that it denies, so that none of them is learned (rule N2). */
  readonly refusesQuestions: (side: Side, clause: string) => boolean;
  readonly budgetOf: (side: Side, clause: string) => ClauseBudget | undefined;
}

type Side = 'before' | 'after';

export interface StandingDenies {
  /** Patterns. */
  readonly hosts: ReadonlySet<string>;
  readonly networks: readonly Cidr[];
}

/** For an answer that tells everything, nothing goes without saying. */
export const noDenies: StandingDenies = { hosts: new Set(), networks: [] };

/** For a single RuleSet both sides are the same. */
export function ruleKnowledge(before: RuleSet, after: RuleSet): RuleKnowledge {
  const sides = { before: clausesOf(before), after: clausesOf(after) };
  const registering = new Set(
    [...before.agents, ...after.agents]
      .filter(({ selector }) => Object.keys(selector).length > 0)
      .map(({ name }) => name),
  );
  return {
    canLearn: learnableNames(before, after),
    canLearnAt: learnableAddresses(before, after),
    standingDenies: standingDenies(before, after),
    registers: (agent) => registering.has(agent),
    admitsNames(side, clause) {
      const kind = sides[side].get(clause)?.to.kind;
      return kind === 'host' || kind === 'any';
    },
    refusesQuestions(side, clause) {
      const { to, protocol, during, expires, onBehalfOf } = sides[side].get(clause) ?? {};
      const isConditional = during ?? expires ?? onBehalfOf;
      return to?.kind === 'host' && protocol === 'any' && isConditional === undefined;
    },
    budgetOf: (side, clause) => sides[side].get(clause)?.budget,
  };
}

function clausesOf({ agents, guardrails }: RuleSet): Map<string, Clause> {
  const clauses = [...agents, ...guardrails].flatMap(({ allow, deny }) => [...allow, ...deny]);
  return new Map(clauses.map((clause) => [clause.id, clause]));
}
