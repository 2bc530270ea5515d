import { type Cidr, type DnsOnDeny, parseCidr } from '../../src/policy/index.ts';
import type { AgentRules, GuardrailRules, RuleSet } from '../../src/rules/index.ts';
import { budgetsOf, type LoweredBudget } from './budget.ts';
import { type CandidateList, candidateList, type ListMaker } from './candidate-list.ts';
import { lowerPeers, type PeerList } from './lower-peers.ts';
import { lowerPrefixes, type PrefixList } from './lower-prefixes.ts';
import { lowerSuffixes, type NamePhases, otherNames, type SuffixRules } from './lower-suffixes.ts';
import { namedDenies } from './named-denies.ts';
import { refuseWhatIsNotHeld } from './not-held.ts';
import { type OrderedClause, orderClauses, orderIngress } from './ordered-clause.ts';
import { principalsOf, sharedPrincipals } from './principals.ts';
import { addressList } from './reverse-lines.ts';
import { type LoweredRoute, routesOf, withRouteKeys } from './route.ts';
import { ingressKey, namedAgents, rulesKey } from './rules-key.ts';

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
  /** Whether what it is denied is answered with a reset or an ICMP error. */
  readonly rejects: boolean;
  /** What refused questions get. */
  readonly dnsOnDeny: DnsOnDeny;
  /** Questions a minute that may go out; infinite where nothing bounds them. */
  readonly questionsPerMinute: Bound;
  /** Other gateways carry it: here it sends nothing, but has its addresses, the guardrails above it and its ingress. */
  readonly isRemote: boolean;
  readonly sources: readonly Cidr[];
  /** Whether workloads can register to be this agent. */
  readonly isOpen: boolean;
  /** Whom its workloads can act for, in the order of their bits. */
  readonly principals: readonly string[];
  readonly budgets: readonly LoweredBudget[];
  readonly rules: TablesSource;
  /** What reaches it, with the sender as the other side; `null`: nothing does. */
  readonly ingress: TablesSource | null;
}

/** Tables that are made when they are asked for: those of rules that are in force already never are. */
export interface TablesSource {
  /** Equal for equal tables. */
  readonly key: string;
  /** Names of agents in the tables, which a number stands for in the maps. */
  readonly agents: readonly string[];
  /** @throws LoweringError for rules that the kernel cannot hold */
  tables(): AgentTables;
}

/** What the enforcing guardrails together, and the agent's own policy, set as the most. */
export interface Bound {
  readonly guardrails: number;
  readonly policy: number;
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
  readonly longestName: Bound;
  /** Blocks in which special-use addresses may be learned (rule N1). */
  readonly trusted: readonly Cidr[];
}

/**
 * @param group whose gateway it is; by default of the only group that there is
 * @throws LoweringError for rules that the kernel cannot hold; for some of them only when tables are made
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
  const counting = whatCounts(agent);
  const clauses = [counting, ...guardrails].flatMap(({ deny, allow }) => [...deny, ...allow]);
  return {
    name: agent.name,
    version: agent.version,
    audit: agent.mode === 'audit',
    rejects: agent.onDeny === 'reject',
    dnsOnDeny: agent.dns.onDeny,
    questionsPerMinute: bound('maxQueriesPerMinute', agent, enforcing),
    isRemote: agent.remote === true,
    sources: agent.sources.map(cidr),
    isOpen: Object.keys(agent.selector).length > 0,
    principals,
    budgets: budgetsOf(counting),
    rules: {
      key: rulesKey(counting, guardrails, principals),
      agents: namedAgents(clauses.map(({ to }) => to)),
      tables: () => ({
        ...lowerClauses(orderClauses(counting, guardrails, principals), addressList),
        longestName: bound('maxNameLength', agent, enforcing),
        trusted: [...new Set(enforcing.flatMap(({ trusted }) => trusted))].sort().map(cidr),
      }),
    },
    ingress: agent.ingress.length > 0 ? lowerIngress(agent) : null,
  };
}

function lowerIngress(agent: AgentRules): TablesSource {
  return {
    key: ingressKey(agent),
    agents: namedAgents(agent.ingress.map(({ from }) => from)),
    tables: () => lowerClauses(orderIngress(agent), candidateList),
  };
}

/** What an agent may send is judged where it is carried. */
function whatCounts(agent: AgentRules): AgentRules {
  return agent.remote === true ? { ...agent, deny: [], allow: [], resolvers: [] } : agent;
}

function lowerClauses(clauses: readonly OrderedClause[], makeList: ListMaker): AgentTables {
  return {
    prefixes: lowerPrefixes(clauses, makeList),
    peers: lowerPeers(clauses, makeList),
    suffixes: lowerSuffixes(clauses),
    otherwise: makeList(clauses.filter(({ to }) => to.kind === 'any')),
    namedDenies: namedDenies(clauses),
    otherNames: otherNames(clauses),
    longestName: { guardrails: Number.POSITIVE_INFINITY, policy: Number.POSITIVE_INFINITY },
    trusted: [],
  };
}

function bound(
  field: 'maxNameLength' | 'maxQueriesPerMinute',
  agent: AgentRules,
  guardrails: readonly GuardrailRules[],
): Bound {
  const least = (documents: readonly Pick<GuardrailRules, 'dns'>[]) =>
    Math.min(...documents.map(({ dns }) => dns[field] ?? Number.POSITIVE_INFINITY));
  return { guardrails: least(guardrails), policy: least([agent]) };
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') throw new Error(`not a CIDR: ${text}`);
  return parsed;
}
