import type { Endpoint, PolicyClause } from '../policy-set.ts';
import type { Draft, Entries, Entry } from './draft.ts';
import type { UnresolvedClause } from './unresolved.ts';

/**
 * The documents of a folder with their endpoints filled in: a clause that names an Endpoint gets its destination,
 * protocol, ports and accepted data (rule K1). A clause whose endpoint is missing or broken is left out and its
 * document marked; {@link checkReferences} tells why, or the problems of the endpoint do.
 */
export function resolveEndpoints(drafts: readonly Draft[]): Entries {
  const endpoints = entriesOf(drafts, 'Endpoint');
  const byName = new Map<string, Endpoint>();
  for (const { document } of endpoints) {
    const { name } = document.metadata;
    if (!byName.has(name)) byName.set(name, document);
  }
  return {
    agents: entriesOf(drafts, 'AgentPolicy').map((entry) => filledIn(entry, byName)),
    guardrails: entriesOf(drafts, 'Guardrail').map((entry) => filledIn(entry, byName)),
    endpoints,
    gatewayGroups: entriesOf(drafts, 'GatewayGroup'),
    tests: entriesOf(drafts, 'PolicyTest'),
  };
}

type Says = NonNullable<Draft['says']>;
type Of<Kind extends Says['kind']> = Extract<Says, { readonly kind: Kind }>;

function entriesOf<Kind extends Says['kind']>(
  drafts: readonly Draft[],
  kind: Kind,
): Entry<Of<Kind>>[] {
  return drafts.flatMap((draft) =>
    draft.says?.kind === kind ? [{ draft, document: draft.says as Of<Kind> }] : [],
  );
}

type Clauses<Clause> = { readonly allow: readonly Clause[]; readonly deny: readonly Clause[] };

type FilledIn<Document> = Omit<Document, keyof Clauses<unknown>> & Clauses<PolicyClause>;

interface Filling {
  /** Those that the clauses name, in their order; undefined: missing or broken. */
  readonly endpoints: readonly (Endpoint | undefined)[];
  readonly document: object;
  readonly complete: boolean;
}

/** What was filled in last, by the document as it was read: readings may share files. */
const fillings = new WeakMap<object, Filling>();

/**
 * Documents that name no endpoint stay the objects that they are, and others come out as the same object as long as
 * their endpoints are the same, so that who compares knows them again.
 */
function filledIn<Document extends Clauses<UnresolvedClause>>(
  { draft, document }: Entry<Document>,
  endpoints: ReadonlyMap<string, Endpoint>,
): Entry<FilledIn<Document>> {
  const named = [...document.allow, ...document.deny].flatMap(({ to }) =>
    to.kind === 'endpoint' ? [endpoints.get(to.endpoint)] : [],
  );
  if (named.length === 0) return { draft, document: document as FilledIn<Document> };
  const known = fillings.get(document);
  const isKnown = known?.endpoints.every((endpoint, i) => endpoint === named[i]);
  const filling: Filling =
    known && isKnown
      ? known
      : {
          endpoints: named,
          document: {
            ...document,
            allow: resolved(document.allow, endpoints),
            deny: resolved(document.deny, endpoints),
          },
          complete: !named.includes(undefined),
        };
  fillings.set(document, filling);
  return {
    draft,
    document: filling.document as FilledIn<Document>,
    ...(filling.complete ? {} : { incomplete: true as const }),
  };
}

/** Clauses that name no endpoint stay the objects that they are. */
function resolved(
  clauses: readonly UnresolvedClause[],
  endpoints: ReadonlyMap<string, Endpoint>,
): PolicyClause[] {
  return clauses.flatMap((clause) => {
    const { to } = clause;
    if (to.kind !== 'endpoint') return clause as PolicyClause;
    const endpoint = endpoints.get(to.endpoint);
    return endpoint ? { ...clause, ...termsOf(endpoint), endpoint: to.endpoint } : [];
  });
}

function termsOf({ to, protocol, ports, accepts }: Endpoint) {
  return { to, protocol, ports, accepts };
}
