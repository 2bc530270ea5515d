import type { PolicyTestCase } from '../policy-set.ts';
import type { RawDestination, RawTraffic } from './raw-clause.ts';
import type { RawMetadata } from './raw-document.ts';

/** Kinds that are no policies themselves, as their JSON Schemas admit them: shape is known, meaning is not. */
export type RawOtherKind = RawEndpoint | RawGatewayGroup | RawPolicyTest;

export interface RawEndpoint {
  readonly kind: 'Endpoint';
  readonly metadata: RawMetadata;
  readonly spec: RawTraffic & Pick<RawDestination, 'host' | 'cidr' | 'except'>;
}

export interface RawGatewayGroup {
  readonly kind: 'GatewayGroup';
  readonly metadata: RawMetadata;
  readonly spec: {
    readonly stage?: number;
    readonly routes?: Readonly<Record<string, RawRoute>>;
  };
}

/** Exactly one of `mark` and `interface`. */
export interface RawRoute {
  readonly mark?: number;
  readonly interface?: string;
  readonly nextHop?: string;
}

export interface RawPolicyTest {
  readonly kind: 'PolicyTest';
  readonly metadata: RawMetadata;
  readonly spec: { readonly cases: readonly RawTestCase[] };
}

export interface RawTestCase {
  readonly agent: string;
  readonly to: string | { readonly agent: string };
  readonly protocol: PolicyTestCase['protocol'];
  readonly port?: number;
  readonly onBehalfOf?: readonly string[];
  readonly at?: string;
  readonly expect: 'allow' | 'deny';
  readonly clause?: string | null;
}
