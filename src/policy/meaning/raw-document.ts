/** A document as its JSON Schema admits it: shape is known, meaning is not. */
export interface RawDocument {
  readonly kind: 'AgentPolicy' | 'Guardrail';
  readonly metadata: {
    readonly name: string;
    readonly version: string;
    readonly owner?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly mode?: 'enforce' | 'audit';
    readonly workloads?: { readonly cidrs: readonly string[] };
    readonly selector?: Readonly<Record<string, string>>;
    readonly trusted?: readonly string[];
    readonly dns?: { readonly resolvers?: readonly string[] };
    readonly allow?: RawClauses;
    readonly deny?: RawClauses;
  };
}

export type RawClauses =
  | readonly (RawClause & { readonly id: string })[]
  | Readonly<Record<string, RawClause>>;

export interface RawClause {
  readonly to: {
    readonly host?: string;
    readonly cidr?: string;
    readonly except?: readonly string[];
    readonly any?: true;
  };
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'any';
  readonly ports?: readonly (number | string)[];
  readonly reason?: string;
}
