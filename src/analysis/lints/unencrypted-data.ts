import {
  type AgentPolicy,
  canLeave,
  type Guardrail,
  makeProblem,
  type PolicyClause,
  type PolicySet,
  type Problem,
  selectorMatches,
} from '../../policy/index.ts';

/**
 * Allow clauses through which an agent that handles tagged data can leave the trusted networks other than by TLS. What
 * a guardrail requires for its data is judged by that requirement alone (rule K11).
 */
export function unencryptedDataProblems({ agents, guardrails }: PolicySet): Problem[] {
  const byName = new Map(agents.map((agent) => [agent.metadata.name, agent]));
  // Clauses of a guardrail serve many agents; each is told once, with the first of them.
  const told = new Set<PolicyClause>();
  return agents.flatMap((agent) => {
    const above = guardrails.filter(({ selector }) => selectorMatches(selector, agent.metadata));
    if (agent.data.length === 0 || isRequired(agent, above)) return [];
    const enforcing = above.filter(({ mode }) => mode === 'enforce');
    const trusted = enforcing.flatMap((guardrail) => guardrail.trusted);
    return [agent, ...enforcing]
      .flatMap(({ allow }) => allow)
      .filter((clause) => {
        if (isEncrypted(clause) || told.has(clause)) return false;
        if (!canLeave(clause, trusted, byName)) return false;
        told.add(clause);
        return true;
      })
      .map((clause) => problemOf(agent, clause));
  });
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
