import {
  formatCidr,
  type PolicyClause,
  type PolicyDestination,
  type PolicyIngressClause,
  type Window,
} from '../policy/index.ts';
import { canonicalCidrs } from './canonical-cidrs.ts';
import { canonicalPorts } from './canonical-ports.ts';
import type { Clause, ClauseBudget, Destination, IngressClause } from './rule-set.ts';

/** What the clauses of one document may refer to. */
export interface ClauseScope {
  /** `AgentPolicy/<name>` or `Guardrail/<name>`. */
  readonly document: string;
  readonly windows: Readonly<Record<string, Window>>;
  readonly budgets: Readonly<Record<string, Omit<ClauseBudget, 'name'>>>;
}

export function compileClause(scope: ClauseScope, clause: PolicyClause): Clause {
  const budget = budgetOf(scope, clause.budget);
  return {
    id: `${scope.document}#${clause.id}`,
    to: compileDestination(clause.to),
    protocol: clause.protocol === 'https' ? 'tls' : clause.protocol,
    ports: canonicalPorts(clause.ports),
    ...timesOf(scope, clause),
    ...(clause.onBehalfOf ? { onBehalfOf: [...new Set(clause.onBehalfOf)].toSorted() } : {}),
    ...(budget ? { budget } : {}),
    ...(clause.via === undefined ? {} : { via: clause.via }),
  };
}

export function compileIngressClause(
  scope: ClauseScope,
  clause: PolicyIngressClause,
): IngressClause {
  return {
    id: `${scope.document}#${clause.id}`,
    from: compileDestination(clause.from),
    protocol: clause.protocol,
    ports: canonicalPorts(clause.ports),
    ...timesOf(scope, clause),
  };
}

function timesOf(
  { windows }: ClauseScope,
  { during, expires }: Pick<PolicyClause, 'during' | 'expires'>,
): Pick<Clause, 'during' | 'expires'> {
  const window = during === undefined ? undefined : windows[during];
  return { ...(window ? { during: window } : {}), ...(expires === undefined ? {} : { expires }) };
}

function budgetOf({ budgets }: ClauseScope, name: string | undefined): ClauseBudget | undefined {
  const budget = name === undefined ? undefined : budgets[name];
  return name === undefined || !budget ? undefined : { name, bytes: budget.bytes, per: budget.per };
}

function compileDestination<To extends PolicyDestination>(to: To): CompiledDestination<To['kind']>;
function compileDestination(to: PolicyDestination): Destination {
  switch (to.kind) {
    case 'any':
      return { kind: 'any' };
    case 'agent':
      return { kind: 'agent', agent: to.agent };
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

type CompiledDestination<Kind> = Extract<Destination, { kind: Kind }>;
