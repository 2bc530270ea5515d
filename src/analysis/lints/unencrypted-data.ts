import {
  type AgentPolicy,
  addressRanges,
  type Cidr,
  canLeave,
  type Guardrail,
  makeProblem,
  type PolicyClause,
  type PolicySet,
  type Problem,
  parseCidr,
  selectorMatches,
} from '../../policy/index.ts';
import { builtinName, type RuleSet } from '../../rules/index.ts';

/**
 * Allow clauses through which an agent that handles tagged data can leave the trusted networks other than by TLS. What
 * a guardrail requires for its data is judged by that requirement alone (rule K11). Other agents are governed
 * themselves, and the built-in addresses, where a guardrail lifts their denial, are services of the machine's platform.
 */
export function unencryptedDataProblems(
  { agents, guardrails }: PolicySet,
  ruleSet: RuleSet,
): Problem[] {
  const platform = builtinCidrs(ruleSet);
  const byName = new Map(agents.map((agent) => [agent.metadata.name, agent]));
  // Clauses of a guardrail serve many agents; each is told once, with the first of them.
  const told = new Set<PolicyClause>();
  return agents.flatMap((agent) => {
    const above = guardrails.filter(({ selector }) => selectorMatches(selector, agent.metadata));
    if (agent.data.length === 0 || isRequired(agent, above)) return [];
    const enforcing = above.filter(({ mode }) => mode === 'enforce');
    const trusted = addressRanges([...platform, ...enforcing.flatMap(({ trusted }) => trusted)]);
    return [agent, ...enforcing]
      .flatMap(({ allow }) => allow)
      .filter((clause) => {
        if (isEncrypted(clause) || clause.to.kind === 'agent' || told.has(clause)) return false;
        if (!canLeave(clause, trusted, byName)) return false;
        told.add(clause);
        return true;
      })
      .map((clause) => problemOf(agent, clause));
  });
}

function builtinCidrs({ guardrails }: RuleSet): Cidr[] {
  const builtin = guardrails.find(({ name }) => name === builtinName);
  return (builtin?.deny ?? [])
    .map(({ to }) => (to.kind === 'cidr' ? parseCidr(to.cidr) : undefined))
    .filter((cidr) => typeof cidr === 'object');
}

function isRequired(agent: AgentPolicy, above: readonly Guardrail[]): boolean {
  return above.some(({ require }) =>
    require.some(
      ({ encrypted, data }) => encrypted && data.some((tag) => agent.data.includes(tag)),
    ),
  );
}

function isEncrypted({ protocol }: PolicyClause): boolean {
  return protocol === 'tls' || protocol === 'https';
}

function problemOf(agent: AgentPolicy, { id, endpoint, position }: PolicyClause): Problem {
  const place = endpoint === undefined ? '' : ` in \`Endpoint/${endpoint}\``;
  return makeProblem(
    'unencryptedData',
    position,
    `by the clause \`${id}\`, \`AgentPolicy/${agent.metadata.name}\` can send what it handles (${agent.data.join(', ')}) out of the trusted networks unencrypted`,
    `write \`protocol: https\` or \`tls\`${place}, narrow the destination, or count its network among the \`trusted\` of a guardrail`,
  );
}
