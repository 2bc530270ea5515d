import type { Draft } from './draft.ts';
import type { RawDocument } from './raw-document.ts';
import { readEndpoint } from './read-endpoint.ts';
import { readGatewayGroup } from './read-gateway-group.ts';
import { readAgentPolicy, readGuardrail } from './read-policy.ts';
import { readPolicyTest } from './read-policy-test.ts';
import type { Reader } from './reader.ts';

/** What a document of known shape means; what is wrong with it is left with `reader`. */
export function readDocument(reader: Reader, raw: RawDocument): Draft['says'] {
  switch (raw.kind) {
    case 'AgentPolicy':
      return readAgentPolicy(reader, raw);
    case 'Guardrail':
      return readGuardrail(reader, raw);
    case 'Endpoint':
      return readEndpoint(reader, raw);
    case 'GatewayGroup':
      return readGatewayGroup(reader, raw);
    case 'PolicyTest':
      return readPolicyTest(reader, raw);
  }
}
