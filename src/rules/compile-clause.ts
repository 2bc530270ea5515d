import { formatCidr, type PolicyClause, type PolicyDestination } from '../policy/index.ts';
import { canonicalCidrs } from './canonical-cidrs.ts';
import { canonicalPorts } from './canonical-ports.ts';
import type { Clause, Destination } from './rule-set.ts';

/** @param document `AgentPolicy/<name>` or `Guardrail/<name>`. */
export function compileClause(document: string, clause: PolicyClause): Clause {
  return {
    id: `${document}#${clause.id}`,
    to: compileDestination(clause.to),
    protocol: clause.protocol,
    ports: canonicalPorts(clause.ports),
  };
}

function compileDestination(to: PolicyDestination): Destination {
  switch (to.kind) {
    case 'any':
      return { kind: 'any' };
    case 'cidr':
      return {
        kind: 'cidr',
        cidr: formatCidr(to.cidr),
        except: canonicalCidrs(to.except).map(formatCidr),
      };
    case 'host':
      return { kind: 'host', host: { match: to.host.match, suffix: to.host.suffix } };
  }
}
