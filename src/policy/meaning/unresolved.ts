import type { AgentPolicy, Guardrail, PolicyClause, PolicyDestination } from '../policy-set.ts';

/** What a clause says of its destination by naming an Endpoint, until that document is at hand. */
export interface EndpointReference {
  readonly kind: 'endpoint';
  readonly endpoint: string;
}

/** A clause as its own document tells it. Where it names an Endpoint, `protocol`, `ports` and `accepts` are that one's. */
export type UnresolvedClause = Omit<PolicyClause, 'to' | 'endpoint'> & {
  readonly to: PolicyDestination | EndpointReference;
};

/** A document whose clauses may still name Endpoints. */
type Unresolved<Document> = Omit<Document, 'allow' | 'deny'> & {
  readonly allow: readonly UnresolvedClause[];
  readonly deny: readonly UnresolvedClause[];
};

export type UnresolvedAgentPolicy = Unresolved<AgentPolicy>;
export type UnresolvedGuardrail = Unresolved<Guardrail>;
