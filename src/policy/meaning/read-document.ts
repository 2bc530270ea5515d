import type { AgentPolicy, Guardrail, Metadata } from '../policy-set.ts';
import { valuePosition } from '../yaml/index.ts';
import type { RawDocument } from './raw-document.ts';
import { readCidrs, readResolver } from './read-address.ts';
import { readClauses } from './read-clauses.ts';
import type { Reader } from './reader.ts';

/** What a document of known shape means; what is wrong with it is left with `reader`. */
export function readDocument(reader: Reader, raw: RawDocument): AgentPolicy | Guardrail {
  const { spec } = raw;
  const ids = new Map();
  const resolvers = (spec.dns?.resolvers ?? []).flatMap(
    (text, index) => readResolver(reader, ['spec', 'dns', 'resolvers', index], text) ?? [],
  );
  const shared = {
    metadata: metadataOf(raw),
    mode: spec.mode ?? 'enforce',
    resolvers,
    windows: {},
    allow: readClauses(reader, ['spec', 'allow'], spec.allow, ids),
    deny: readClauses(reader, ['spec', 'deny'], spec.deny, ids),
    position: valuePosition(reader.document, []),
  } as const;
  if (raw.kind === 'AgentPolicy') {
    const cidrs = readCidrs(reader, ['spec', 'workloads', 'cidrs'], spec.workloads?.cidrs ?? []);
    return {
      kind: 'AgentPolicy',
      ...shared,
      onDeny: 'drop',
      identity: {},
      workloads: { cidrs, selector: {} },
      gateways: {},
      data: [],
      budgets: {},
      ingress: [],
      dns: { onDeny: 'nxdomain' },
    };
  }
  return {
    kind: 'Guardrail',
    ...shared,
    selector: { ...spec.selector },
    trusted: readCidrs(reader, ['spec', 'trusted'], spec.trusted ?? []),
    require: [],
    dns: {},
  };
}

function metadataOf({ metadata: { name, version, owner, labels } }: RawDocument): Metadata {
  return { name, version, ...(owner === undefined ? {} : { owner }), labels: { ...labels } };
}
