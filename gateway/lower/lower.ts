import { type Cidr, parseCidr } from '../../src/policy/index.ts';
import type { AgentRules, GuardrailRules, RuleSet } from '../../src/rules/index.ts';
import { type CandidateList, candidateList } from './candidate-list.ts';
import { lowerPrefixes, type PrefixList } from './lower-prefixes.ts';
import { lowerSuffixes, type NamePhases, otherNames, type SuffixRules } from './lower-suffixes.ts';
import { refuseWhatIsNotHeld } from './not-held.ts';
import { orderClauses } from './ordered-clause.ts';

/** A RuleSet as tables, before numbers are given out: what the maps will say. */
export interface LoweredRules {
  /** Sorted by name. */
  readonly agents: readonly LoweredAgent[];
}

export interface LoweredAgent {
  readonly name: string;
  readonly version: string;
  readonly audit: boolean;
  readonly sources: readonly Cidr[];
  readonly rules: AgentTables;
}

export interface AgentTables {
  readonly prefixes: readonly PrefixList[];
  readonly suffixes: readonly SuffixRules[];
  /** For destinations in no prefix. */
  readonly otherwise: CandidateList;
  readonly otherNames: NamePhases;
  /** Of a name that may be asked for, in characters; infinite where nothing bounds it. */
  readonly longestName: { readonly guardrails: number; readonly policy: number };
  /** Blocks in which special-use addresses may be learned (rule N1). */
  readonly trusted: readonly Cidr[];
}

/** @throws LoweringError for rules that the kernel cannot hold */
export function lower(ruleSet: RuleSet): LoweredRules {
  refuseWhatIsNotHeld(ruleSet);
  const guardrails = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  return { agents: ruleSet.agents.map((agent) => lowerAgent(agent, guardrails)) };
}

function lowerAgent(agent: AgentRules, all: ReadonlyMap<string, GuardrailRules>): LoweredAgent {
  const guardrails = agent.guardrails.flatMap((name) => all.get(name) ?? []);
  return {
    name: agent.name,
    version: agent.version,
    audit: agent.mode === 'audit',
    sources: agent.sources.map(cidr),
    rules: lowerRules(agent, guardrails),
  };
}

function lowerRules(agent: AgentRules, guardrails: readonly GuardrailRules[]): AgentTables {
  const clauses = orderClauses(agent, guardrails);
  const enforcing = guardrails.filter(({ mode }) => mode === 'enforce');
  return {
    prefixes: lowerPrefixes(clauses),
    suffixes: lowerSuffixes(clauses),
    otherwise: candidateList(clauses.filter(({ to }) => to.kind === 'any')),
    otherNames: otherNames(clauses),
    longestName: { guardrails: longestName(enforcing), policy: longestName([agent]) },
    trusted: [...new Set(enforcing.flatMap(({ trusted }) => trusted))].sort().map(cidr),
  };
}

function longestName(documents: readonly Pick<GuardrailRules, 'dns'>[]): number {
  return Math.min(...documents.map(({ dns }) => dns.maxNameLength ?? Number.POSITIVE_INFINITY));
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') throw new Error(`not a CIDR: ${text}`);
  return parsed;
}
