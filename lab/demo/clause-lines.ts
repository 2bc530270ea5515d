import {
  type AgentPolicy,
  formatAddress,
  formatCidr,
  formatHostPattern,
  type Guardrail,
  type PolicyClause,
  type PolicyDestination,
} from '../../src/policy/index.ts';

/** A policy for a reader, one line a clause. */
export function clauseLines(policy: AgentPolicy | Guardrail): string[] {
  const { allow, deny, resolvers } = policy;
  const width = Math.max(0, ...[...allow, ...deny].map(({ id }) => id.length));
  const line = (effect: string) => (clause: PolicyClause) =>
    `${effect.padEnd(5)} ${clause.id.padEnd(width)}  ${destination(clause.to)} ${traffic(clause)}`;
  return [
    ...(policy.kind === 'AgentPolicy'
      ? [`from  ${policy.workloads.cidrs.map(formatCidr).join(', ')}`]
      : [`trusted ${policy.trusted.map(formatCidr).join(', ')}`]),
    ...(resolvers.length > 0 ? [`resolvers ${resolvers.map(formatAddress).join(', ')}`] : []),
    ...deny.map(line('deny')),
    ...allow.map(line('allow')),
  ];
}

function destination(to: PolicyDestination): string {
  switch (to.kind) {
    case 'any':
      return 'any';
    case 'agent':
      return `agent ${to.agent}`;
    case 'host':
      return formatHostPattern(to.host);
    case 'cidr': {
      const except = to.except.map(formatCidr).join(', ');
      return `${formatCidr(to.cidr)}${except && ` except ${except}`}`;
    }
  }
}

function traffic({ protocol, ports }: PolicyClause): string {
  const ranges = ports.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
  return [protocol, ranges.join(', ')].filter(Boolean).join(' ');
}
