import { type Cidr, parseCidr } from '../../src/policy/index.ts';
import type { AgentRules, GuardrailRules, RuleSet } from '../../src/rules/index.ts';
import { budgetsOf, type LoweredBudget } from './budget.ts';
import { type CandidateList, candidateList } from './candidate-list.ts';
import { lowerPeers, type PeerList } from './lower-peers.ts';
import { lowerPrefixes, type PrefixList } from './lower-prefixes.ts';
import { lowerSuffixes, type NamePhases, otherNames, type SuffixRules } from './lower-suffixes.ts';
import { namedDenies } from './named-denies.ts';
import { refuseWhatIsNotHeld } from './not-held.ts';
import { type OrderedClause, orderClauses, orderIngress } from './ordered-clause.ts';
import { principalsOf, sharedPrincipals } from './principals.ts';
import { type LoweredRoute, routesOf, withRouteKeys } from './route.ts';

/** A RuleSet as tables, before numbers are given out: what the maps will say. */
export interface LoweredRules {
  /** Sorted by name. */
  readonly agents: readonly LoweredAgent[];
  /** Ways out that their clauses name. */
  readonly routes: readonly LoweredRoute[];
}

export interface LoweredAgent {
  readonly name: string;
  readonly version: string;
  readonly audit: boolean;
  /** Other gateways carry it: here it sends nothing, but has its addresses, the guardrails above it and its ingress. */
  readonly isRemote: boolean;
  readonly sources: readonly Cidr[];
  /** Whether workloads can register to be this agent. */
  readonly isOpen: boolean;
  /** Whom its workloads can act for, in the order of their bits. */
  readonly principals: readonly string[];
  readonly budgets: readonly LoweredBudget[];
  readonly rules: AgentTables;
  /** What reaches it, with the sender as the other side; `null`: nothing does. */
  readonly ingress: AgentTables | null;
}

export interface AgentTables {
  readonly prefixes: readonly PrefixList[];
  readonly peers: readonly PeerList[];
  readonly suffixes: readonly SuffixRules[];
  /** For addresses in no prefix. */
  readonly otherwise: CandidateList;
  /** Whether a server name can matter, before it is known. */
  readonly namedDenies: CandidateList;
  readonly otherNames: NamePhases;
  /** Of a name that may be asked for, in characters; infinite where nothing bounds it. */
  readonly longestName: { readonly guardrails: number; readonly policy: number };
  /** Blocks in which special-use addresses may be learned (rule N1). */
  readonly trusted: readonly Cidr[];
}

/**
 * @param group whose gateway it is; by default of the only group that there is
 * @throws LoweringError for rules that the kernel cannot hold
 */
export function lower(ruleSet: RuleSet, group?: string): LoweredRules {
  refuseWhatIsNotHeld(ruleSet);
  const all = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  const shared = sharedPrincipals(ruleSet.guardrails);
  return {
    agents: ruleSet.agents.map((agent) => {
      const guardrails = agent.guardrails.flatMap((name) => all.get(name) ?? []);
      return lowerAgent(
        withRouteKeys(agent, ruleSet, group),
        guardrails,
        principalsOf(agent, guardrails, shared),
      );
    }),
    routes: routesOf(ruleSet, group),
  };
}

function lowerAgent(
  agent: AgentRules,
  guardrails: readonly GuardrailRules[],
  principals: readonly string[],
): LoweredAgent {
  const enforcing = guardrails.filter(({ mode }) => mode === 'enforce');
  const rules = {
    ...lowerClauses(orderClauses(whatCounts(agent), guardrails, principals)),
    longestName: { guardrails: longestName(enforcing), policy: longestName([agent]) },
    trusted: [...new Set(enforcing.flatMap(({ trusted }) => trusted))].sort().map(cidr),
  };
  return {
    name: agent.name,
    version: agent.version,
    audit: agent.mode === 'audit',
    isRemote: agent.remote === true,
    sources: agent.sources.map(cidr),
    isOpen: Object.keys(agent.selector).length > 0,
    principals,
    budgets: budgetsOf(whatCounts(agent)),
    rules,
    ingress: agent.ingress.length > 0 ? lowerClauses(orderIngress(agent)) : null,
  };
}

/** What an agent may send is judged where it is carried. */
function whatCounts(agent: AgentRules): AgentRules {
  return agent.remote === true ? { ...agent, deny: [], allow: [], resolvers: [] } : agent;
}

function lowerClauses(clauses: readonly OrderedClause[]): AgentTables {
  return {
    prefixes: lowerPrefixes(clauses),
    peers: lowerPeers(clauses),
    suffixes: lowerSuffixes(clauses),
    otherwise: candidateList(clauses.filter(({ to }) => to.kind === 'any')),
    namedDenies: namedDenies(clauses),
    otherNames: otherNames(clauses),
    longestName: { guardrails: Number.POSITIVE_INFINITY, policy: Number.POSITIVE_INFINITY },
    trusted: [],
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
