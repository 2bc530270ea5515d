import { type Address, formatAddress, type Mode } from '../policy/index.ts';
import { type ParsedClause, parseClause, toCidr } from './match-clause.ts';
import { OwnerIndex } from './owner-index.ts';
import { firstAddress } from './packet-source.ts';
import type { AgentRules, GuardrailRules, RuleSet } from './rule-set.ts';

/** A RuleSet ready to be asked many times: CIDRs parsed, names resolved, sources indexed. */
export interface ParsedRules {
  readonly agents: ReadonlyMap<string, ParsedAgent>;
  /** The agent that an address belongs to. */
  ownerOf(address: Address): ParsedAgent | undefined;
}

export interface ParsedAgent {
  readonly name: string;
  readonly mode: Mode;
  /** Those above this agent, by name. */
  readonly guardrails: readonly ParsedGuardrail[];
  readonly deny: readonly ParsedClause[];
  readonly allow: readonly ParsedClause[];
  owns(address: Address): boolean;
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

export function parseRules(ruleSet: RuleSet): ParsedRules {
  const guardrails = new Map(ruleSet.guardrails.map((guardrail) => [guardrail.name, guardrail]));
  const parsed = new Map(ruleSet.guardrails.map((rules) => [rules.name, parseGuardrail(rules)]));
  const owners = new OwnerIndex<ParsedAgent>();
  const agents = new Map<string, ParsedAgent>();
  for (const rules of ruleSet.agents) {
    const above = rules.guardrails.flatMap((name) => guardrails.get(name) ?? []);
    const sources = rules.sources.map(toCidr);
    const first = { 4: firstAddress(sources, 4), 6: firstAddress(sources, 6) };
    const agent: ParsedAgent = {
      name: rules.name,
      mode: rules.mode,
      guardrails: rules.guardrails.flatMap((name) => parsed.get(name) ?? []),
      deny: rules.deny.map(parseClause),
      allow: rules.allow.map(parseClause),
      owns: (address) => owners.ownerOf(address) === agent,
      isResolver: resolverTest(rules, above),
      firstAddress: (family) => first[family],
    };
    for (const source of sources) owners.add(source, agent);
    agents.set(rules.name, agent);
  }
  return { agents, ownerOf: (address) => owners.ownerOf(address) };
}

function parseGuardrail({ name, mode, deny, allow }: GuardrailRules): ParsedGuardrail {
  return { name, mode, deny: deny.map(parseClause), allow: allow.map(parseClause) };
}

/** An audit guardrail's resolvers imply nothing (rule D10). */
function resolverTest(
  agent: AgentRules,
  guardrails: readonly GuardrailRules[],
): (address: Address) => boolean {
  const enforcing = guardrails.filter(({ mode }) => mode === 'enforce');
  const texts = new Set([agent, ...enforcing].flatMap(({ resolvers }) => resolvers));
  return (address) => texts.has(formatAddress(address));
}
