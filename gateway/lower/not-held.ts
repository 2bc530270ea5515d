import type { AgentRules, Clause, RuleSet } from '../../src/rules/index.ts';
import { LoweringError } from './candidate-list.ts';

/**
 * What the data plane cannot hold yet is refused by name, so that never less is enforced than is written. What it does
 * more strictly than written (a refused DNS question gets no answer) is no reason to refuse.
 * @throws LoweringError naming every clause and field
 */
export function refuseWhatIsNotHeld(ruleSet: RuleSet): void {
  const found = [
    ...ruleSet.agents.flatMap(ofAgent),
    ...ruleSet.guardrails.flatMap(({ deny, allow, dns, name }) => [
      ...[...deny, ...allow].flatMap(ofClause),
      ...bounds(`Guardrail/${name}`, dns),
    ]),
  ];
  if (found.length === 0) return;
  throw new LoweringError(
    `This version's data plane cannot enforce ${found.join('; ')}. Remove it: the policy must not rely on it.`,
  );
}

function ofAgent(agent: AgentRules): string[] {
  const document = `AgentPolicy/${agent.name}`;
  const fields: [boolean, string][] = [
    [agent.onDeny === 'reject', '`onDeny: reject`'],
    [Object.keys(agent.selector).length > 0, '`workloads.selector`'],
    [Object.keys(agent.gateways).length > 0 || agent.remote === true, '`gateways`'],
    [agent.dns.onDeny === 'refused', '`dns.onDeny: refused`'],
    [agent.ingress.length > 0, '`ingress`'],
  ];
  return [
    ...fields.flatMap(([used, field]) => (used ? [`${field} of ${document}`] : [])),
    ...bounds(document, agent.dns),
    ...[...agent.deny, ...agent.allow].flatMap(ofClause),
  ];
}

function bounds(document: string, dns: AgentRules['dns'] | object): string[] {
  return (['maxQueriesPerMinute', 'maxNameLength'] as const).flatMap((field) =>
    field in dns ? [`\`dns.${field}\` of ${document}`] : [],
  );
}

function ofClause({ id, to, protocol, ...clause }: Clause): string[] {
  const conditions = (['during', 'expires', 'onBehalfOf', 'budget', 'via'] as const).filter(
    (field) => clause[field] !== undefined,
  );
  const fields = [
    ...conditions.map((field) => `\`${field}\``),
    ...(protocol === 'tls' ? ['protocol `tls`'] : []),
    ...(to.kind === 'agent' ? ['`to: {agent}`'] : []),
  ];
  return fields.map((field) => `${field} of ${id}`);
}
