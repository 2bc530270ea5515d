import type { Budget, Day, DnsLimits, DnsOnDeny, Labels, Mode, OnDeny } from '../policy-set.ts';
import type { RawClauses, RawIngressClause } from './raw-clause.ts';
import type { RawOtherKind } from './raw-other-kinds.ts';

/** A document as the JSON Schema of its kind admits it: shape is known, meaning is not. */
export type RawDocument = RawPolicy | RawOtherKind;

export type RawPolicy = RawAgentPolicy | RawGuardrail;

export interface RawAgentPolicy {
  readonly kind: 'AgentPolicy';
  readonly metadata: RawMetadata;
  readonly spec: RawShared & {
    readonly onDeny?: OnDeny;
    readonly identity?: Labels;
    readonly workloads: { readonly cidrs?: readonly string[]; readonly selector?: Labels };
    readonly gateways?: Labels;
    readonly data?: readonly string[];
    readonly budgets?: Readonly<Record<string, RawBudget>>;
    readonly dns?: RawDns & { readonly onDeny?: DnsOnDeny };
    readonly ingress?: { readonly allow: RawClauses<RawIngressClause> };
  };
}

export interface RawGuardrail {
  readonly kind: 'Guardrail';
  readonly metadata: RawMetadata;
  readonly spec: RawShared & {
    readonly selector?: Labels;
    readonly trusted?: readonly string[];
    readonly require?: readonly RawRequirement[];
    readonly dns?: RawDns;
  };
}

/** As every kind has it. */
export interface RawMetadata {
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly labels?: Labels;
}

interface RawShared {
  readonly mode?: Mode;
  readonly windows?: Readonly<Record<string, RawWindow>>;
  readonly allow?: RawClauses;
  readonly deny?: RawClauses;
}

export type RawDns = DnsLimits & { readonly resolvers?: readonly string[] };

export interface RawWindow {
  readonly days?: readonly Day[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`, up to `24:00`. */
  readonly to: string;
  readonly timezone: string;
}

/** Exactly one of `bytes` and `tokens`. */
export interface RawBudget {
  readonly bytes?: number | string;
  readonly tokens?: number;
  readonly bytesPerToken?: number;
  readonly per: Budget['per'];
}

export interface RawRequirement {
  readonly data: readonly string[];
  readonly encrypted?: boolean;
  readonly accepted?: boolean;
}
