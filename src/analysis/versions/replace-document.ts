import {
  type AgentPolicy,
  cidrsOverlap,
  type Endpoint,
  type Guardrail,
  type PolicyClause,
  type PolicySet,
} from '../../policy/index.ts';
import type { Edit } from './edited-documents.ts';

/** Two policy sets that differ by one document. */
export interface Replacement {
  readonly before: PolicySet;
  readonly after: PolicySet;
}

/**
 * The old policies, and the old policies with one document as it is now: what differs is the effect of that edit alone.
 * Terms of Endpoints stay the old ones, except in clauses that name one which is new.
 */
export function replaceDocument(
  before: PolicySet,
  after: PolicySet,
  { is, was }: Edit,
): Replacement {
  switch (is.kind) {
    case 'AgentPolicy': {
      const ground = was.kind === 'AgentPolicy' ? makeRoom(before, after, was, is) : before;
      const agent = refill(is, before.endpoints);
      return { before: ground, after: { ...ground, agents: replaced(ground.agents, agent) } };
    }
    case 'Guardrail': {
      const guardrail = refill(is, before.endpoints);
      return { before, after: { ...before, guardrails: replaced(before.guardrails, guardrail) } };
    }
    case 'Endpoint':
      return { before, after: withEndpoint(before, is) };
    case 'GatewayGroup':
      return { before, after: { ...before, gatewayGroups: replaced(before.gatewayGroups, is) } };
  }
}

function replaced<Document extends { readonly metadata: { readonly name: string } }>(
  documents: readonly Document[],
  document: Document,
): Document[] {
  const { name } = document.metadata;
  return documents.map((one) => (one.metadata.name === name ? document : one));
}

function withEndpoint(before: PolicySet, endpoint: Endpoint): PolicySet {
  return {
    ...before,
    endpoints: replaced(before.endpoints, endpoint),
    agents: before.agents.map((agent) => refill(agent, [endpoint])),
    guardrails: before.guardrails.map((guardrail) => refill(guardrail, [endpoint])),
  };
}

/** The document with the terms of these Endpoints in clauses that name them; the same object if none does. */
function refill<Document extends AgentPolicy | Guardrail>(
  document: Document,
  endpoints: readonly Endpoint[],
): Document {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.metadata.name, endpoint]));
  const isNamed = ({ endpoint }: PolicyClause) => endpoint !== undefined && byName.has(endpoint);
  if (![...document.allow, ...document.deny].some(isNamed)) return document;
  const filled = (clause: PolicyClause): PolicyClause => {
    const endpoint = clause.endpoint === undefined ? undefined : byName.get(clause.endpoint);
    if (!endpoint) return clause;
    const { to, protocol, ports, accepts } = endpoint;
    return { ...clause, to, protocol, ports, accepts };
  };
  return { ...document, allow: document.allow.map(filled), deny: document.deny.map(filled) };
}

/**
 * Addresses and labels that the edited agent takes over from others are no longer theirs on either side: two agents
 * with one workload would mean nothing (rule K10), and that the others gave them up is their edit.
 */
function makeRoom(
  before: PolicySet,
  after: PolicySet,
  was: AgentPolicy,
  is: AgentPolicy,
): PolicySet {
  if (was.workloads === is.workloads) return before;
  const later = new Map(after.agents.map((agent) => [agent.metadata.name, agent]));
  const agents = before.agents.map((other) => {
    const { name } = other.metadata;
    if (name === is.metadata.name || !workloadsOverlap(other, is)) return other;
    return { ...other, workloads: later.get(name)?.workloads ?? { cidrs: [], selector: {} } };
  });
  return { ...before, agents };
}

function workloadsOverlap(a: AgentPolicy, b: AgentPolicy): boolean {
  const labels = [a, b].map(({ workloads }) => Object.entries(workloads.selector));
  const [fewer = [], more = []] = labels.toSorted((one, other) => one.length - other.length);
  const sameLabels =
    fewer.length > 0 &&
    fewer.every(([key, value]) => more.some(([k, v]) => k === key && v === value));
  return (
    sameLabels ||
    a.workloads.cidrs.some((one) => b.workloads.cidrs.some((other) => cidrsOverlap(one, other)))
  );
}
