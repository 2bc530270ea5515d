import type { Requirement } from '../policy-set.ts';
import { type Path, valuePosition } from '../yaml/index.ts';
import type {
  RawAgentPolicy,
  RawDns,
  RawGuardrail,
  RawPolicy,
  RawRequirement,
} from './raw-document.ts';
import { readCidrs, readResolver } from './read-address.ts';
import { readBudgets } from './read-budgets.ts';
import { readClauses, readIngressClauses, type Scope } from './read-clauses.ts';
import { metadataOf } from './read-metadata.ts';
import { readWindows } from './read-windows.ts';
import type { Reader } from './reader.ts';
import { reportUnusedNames } from './report-unused-names.ts';
import type { UnresolvedAgentPolicy, UnresolvedGuardrail } from './unresolved.ts';

/** What an agent may do, but for its endpoints; clauses with a fault are reported and left out. */
export function readAgentPolicy(reader: Reader, raw: RawAgentPolicy): UnresolvedAgentPolicy {
  reportUnusedNames(reader, raw);
  const { spec } = raw;
  const { workloads } = spec;
  const budgets = readBudgets(reader, ['spec', 'budgets'], spec.budgets);
  const scope = scopeOf(reader, raw, budgets);
  return {
    kind: 'AgentPolicy',
    ...readShared(reader, raw, scope),
    onDeny: spec.onDeny ?? 'drop',
    identity: { ...spec.identity },
    workloads: {
      cidrs: readCidrs(reader, ['spec', 'workloads', 'cidrs'], workloads.cidrs ?? []),
      selector: { ...workloads.selector },
    },
    gateways: { ...spec.gateways },
    data: [...new Set(spec.data)],
    budgets,
    ingress: readIngressClauses(reader, ['spec', 'ingress', 'allow'], spec.ingress?.allow, scope),
    dns: { ...limitsOf(spec.dns), onDeny: spec.dns?.onDeny ?? 'nxdomain' },
  };
}

/** What holds above agents, likewise. */
export function readGuardrail(reader: Reader, raw: RawGuardrail): UnresolvedGuardrail {
  reportUnusedNames(reader, raw);
  const { spec } = raw;
  return {
    kind: 'Guardrail',
    ...readShared(reader, raw, scopeOf(reader, raw, {})),
    selector: { ...spec.selector },
    trusted: readCidrs(reader, ['spec', 'trusted'], spec.trusted ?? []),
    require: (spec.require ?? []).map((requirement, index) =>
      readRequirement(reader, ['spec', 'require', index], requirement),
    ),
    dns: limitsOf(spec.dns),
  };
}

function scopeOf(reader: Reader, { spec }: RawPolicy, budgets: Scope['budgets']): Scope {
  return {
    windows: readWindows(reader, ['spec', 'windows'], spec.windows),
    budgets,
    ids: new Map(),
  };
}

function readShared(reader: Reader, { metadata, spec }: RawPolicy, scope: Scope) {
  return {
    metadata: metadataOf(metadata),
    mode: spec.mode ?? 'enforce',
    resolvers: (spec.dns?.resolvers ?? []).flatMap(
      (text, index) => readResolver(reader, ['spec', 'dns', 'resolvers', index], text) ?? [],
    ),
    windows: scope.windows,
    allow: readClauses(reader, ['spec', 'allow'], spec.allow, scope),
    deny: readClauses(reader, ['spec', 'deny'], spec.deny, scope),
    position: valuePosition(reader.document, []),
  } as const;
}

function limitsOf({ maxQueriesPerMinute, maxNameLength }: RawDns = {}) {
  return {
    ...(maxQueriesPerMinute === undefined ? {} : { maxQueriesPerMinute }),
    ...(maxNameLength === undefined ? {} : { maxNameLength }),
  };
}

/** Rule K11. */
function readRequirement(reader: Reader, path: Path, raw: RawRequirement): Requirement {
  const { data, encrypted = false, accepted = false } = raw;
  if (!(encrypted || accepted)) {
    reader.fault(
      'emptyRequirement',
      path,
      'the requirement asks for nothing',
      'write `encrypted: true`, `accepted: true` or both',
    );
  }
  return { data, encrypted, accepted, position: valuePosition(reader.document, path) };
}
