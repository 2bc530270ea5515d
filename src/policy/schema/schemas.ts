import agentPolicy from './agent-policy.schema.json' with { type: 'json' };
import { clauseDefinitions } from './clause-definitions.ts';
import common from './common.schema.json' with { type: 'json' };
import endpoint from './endpoint.schema.json' with { type: 'json' };
import gatewayGroup from './gateway-group.schema.json' with { type: 'json' };
import guardrail from './guardrail.schema.json' with { type: 'json' };
import policyTest from './policy-test.schema.json' with { type: 'json' };

/** What a document can be. */
export const kinds = [
  'AgentPolicy',
  'Guardrail',
  'Endpoint',
  'GatewayGroup',
  'PolicyTest',
] as const;
export type Kind = (typeof kinds)[number];

/** JSON Schema (draft 2020-12) of each kind; they refer to {@link commonSchema} as `common.schema.json`. */
export const kindSchemas: Readonly<Record<Kind, object>> = {
  AgentPolicy: agentPolicy,
  Guardrail: guardrail,
  Endpoint: endpoint,
  GatewayGroup: gatewayGroup,
  PolicyTest: policyTest,
};

export const commonSchema = { ...common, $defs: { ...common.$defs, ...clauseDefinitions } };
