import { type Address, formatAddress, type Mode } from '../../policy/index.ts';
import type { Registrations } from '../flow.ts';
import type { AgentRules, GuardrailRules, RuleSet } from '../rule-set.ts';
import { OwnerIndex } from './owner-index.ts';
import { firstAddress } from './packet-source.ts';
import { type ParsedClause, parseClause, parseIngressClause, toCidr } from './parse-clause.ts';

/** A RuleSet ready to be asked many times: CIDRs parsed, names resolved, sources indexed. */
export interface ParsedRules {
  readonly agents: ReadonlyMap<string, ParsedAgent>;
  /** The agent that an address belongs to, by CIDR or by registration. */
  ownerOf(address: Address): ParsedAgent | undefined;
}

export interface ParsedAgent {
  readonly name: string;
  readonly mode: Mode;
  /** Another gateway carries it. */
  readonly isRemote: boolean;
  /** Those above this agent, by name. */
  readonly guardrails: readonly ParsedGuardrail[];
  readonly deny: readonly ParsedClause[];
  readonly allow: readonly ParsedClause[];
  readonly ingress: readonly ParsedClause[];
  /** Of a name that the agent may ask for: by its own policy, and by the guardrail that allows the least. */
  readonly longestName: { readonly policy: number; readonly guardrails: number };
  /** Its own resolvers and those of enforcing guardrails (rule D10). */
  isResolver(address: Address): boolean;
  /** Stands for the agent where a flow names it without an address; see {@link packetSource}. */
  firstAddress(family: 4 | 6): Address | undefined;
}

export interface ParsedGuardrail {
  readonly name: string;
  readonly mode: Mode;
  readonly deny: readonly ParsedClause[];
  readonly allow: readonly ParsedClause[];
}

/**
 * @param registrations Count where no agent's CIDRs hold the address and the agent's workloads have a selector: no
 * other workload can register.
 */
export function parseRules(ruleSet: RuleSet, registrations: Registrations = []): ParsedRules {
  const guardrails = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  const parsed = new Map(ruleSet.guardrails.map((rules) => [rules.name, parseGuardrail(rules)]));
  const owners = new OwnerIndex<ParsedAgent>();
  const agents = new Map<string, ParsedAgent>();
  for (const rules of ruleSet.agents) {
    const agent = parseAgent(
      rules,
      rules.guardrails.flatMap((name) => guardrails.get(name) ?? []),
      rules.guardrails.flatMap((name) => parsed.get(name) ?? []),
    );
    for (const source of rules.sources) owners.add(toCidr(source), agent);
    agents.set(rules.name, agent);
  }
  const registered = registeredOwner(ruleSet, agents, registrations);
  const ownerOf = registered
    ? (address: Address) => owners.ownerOf(address) ?? registered(address)
    : (address: Address) => owners.ownerOf(address);
  return { agents, ownerOf };
}

function registeredOwner(
  ruleSet: RuleSet,
  agents: ReadonlyMap<string, ParsedAgent>,
  registrations: Registrations,
): ((address: Address) => ParsedAgent | undefined) | undefined {
  const open = ruleSet.agents.filter(({ selector }) => Object.keys(selector).length > 0);
  const names = new Set(open.map(({ name }) => name));
  const agentOf = (name: string | undefined) =>
    name !== undefined && names.has(name) ? agents.get(name) : undefined;
  if (typeof registrations === 'function') return (address) => agentOf(registrations(address));
  const registered = new Map(
    registrations.flatMap(({ address, agent: name }) => {
      const agent = agentOf(name);
      return agent ? [[formatAddress(address), agent]] : [];
    }),
  );
  return registered.size === 0 ? undefined : (address) => registered.get(formatAddress(address));
}

function parseAgent(
  rules: AgentRules,
  above: readonly GuardrailRules[],
  guardrails: readonly ParsedGuardrail[],
): ParsedAgent {
  const enforcing = above.filter(({ mode }) => mode === 'enforce');
  // An audit guardrail's resolvers imply nothing (rule D10).
  const resolvers = new Set([rules, ...enforcing].flatMap((document) => document.resolvers));
  const sources = rules.sources.map(toCidr);
  const first = { 4: firstAddress(sources, 4), 6: firstAddress(sources, 6) };
  return {
    name: rules.name,
    mode: rules.mode,
    isRemote: rules.remote === true,
    guardrails,
    deny: rules.deny.map(parseClause),
    allow: rules.allow.map(parseClause),
    ingress: rules.ingress.map(parseIngressClause),
    longestName: { policy: longestName([rules]), guardrails: longestName(enforcing) },
    isResolver: (address) => resolvers.has(formatAddress(address)),
    firstAddress: (family) => first[family],
  };
}

function longestName(documents: readonly Pick<GuardrailRules, 'dns'>[]): number {
  return Math.min(...documents.map(({ dns }) => dns.maxNameLength ?? Number.POSITIVE_INFINITY));
}

function parseGuardrail({ name, mode, deny, allow }: GuardrailRules): ParsedGuardrail {
  return { name, mode, deny: deny.map(parseClause), allow: allow.map(parseClause) };
}
