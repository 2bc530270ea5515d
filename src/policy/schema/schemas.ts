import agentPolicy from './agent-policy.schema.json' with { type: 'json' };
import { clauseDefinitions } from './clause-definitions.ts';
import common from './common.schema.json' with { type: 'json' };
import guardrail from './guardrail.schema.json' with { type: 'json' };

/** The kinds that this version enforces. */
export const kinds = ['AgentPolicy', 'Guardrail'] as const;
export type Kind = (typeof kinds)[number];

/** JSON Schema (draft 2020-12) of each kind; they refer to {@link commonSchema} as `common.schema.json`. */
export const kindSchemas: Readonly<Record<Kind, object>> = {
  AgentPolicy: agentPolicy,
  Guardrail: guardrail,
};

export const commonSchema = { ...common, $defs: { ...common.$defs, ...clauseDefinitions } };
