import type { AgentPolicy, Endpoint, GatewayGroup, Guardrail, PolicyTest } from '../policy-set.ts';
import type { Position, Problem } from '../problem.ts';
import type { Kind } from '../schema/index.ts';
import type { Reference } from './references.ts';
import type { UnresolvedAgentPolicy, UnresolvedGuardrail } from './unresolved.ts';

/** A document as it stands alone: what it says, what is wrong with it, and what it refers to. Never changed. */
export interface Draft {
  /** Absent if the document is of no known kind. */
  readonly kind?: Kind;
  /** `metadata.name`, even where the rest has the wrong shape: others may refer to it. */
  readonly name?: { readonly text: string; readonly position: Position };
  readonly problems: readonly Problem[];
  /** Absent if the shape of the document is wrong, or nothing can be made of it. */
  readonly says?:
    | UnresolvedAgentPolicy
    | UnresolvedGuardrail
    | Endpoint
    | GatewayGroup
    | PolicyTest;
  readonly references: readonly Reference[];
  /**
   * What others may name in it: ids of clauses, names of routes. Those with a fault too, which `says` lacks. Absent if
   * the shape of the document is wrong.
   */
  readonly holds?: ReadonlySet<string>;
  readonly places: Places;
}

/** Where the parts stand that are judged together with other documents. */
export interface Places {
  /** Of each of an agent's `workloads.cidrs`. */
  readonly cidrs: readonly Position[];
  /** Of the labels by which an agent's workloads register, or by which a guardrail selects. */
  readonly selector: Position;
  /** Of the labels by which an agent selects gateway groups. */
  readonly gateways: Position;
  /** Whether resolvers stand there, faulty or not. */
  readonly hasResolvers: boolean;
}

/** A document with what it refers to filled in. */
export interface Entry<Document> {
  readonly draft: Draft;
  readonly document: Document;
  /** Clauses are missing, because the endpoints that they name are. */
  readonly incomplete?: true;
}

/** The documents of a folder by kind, in the order in which they were read. */
export interface Entries {
  readonly agents: readonly Entry<AgentPolicy>[];
  readonly guardrails: readonly Entry<Guardrail>[];
  readonly endpoints: readonly Entry<Endpoint>[];
  readonly gatewayGroups: readonly Entry<GatewayGroup>[];
  readonly tests: readonly Entry<PolicyTest>[];
}
