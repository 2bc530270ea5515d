import type {
  AgentPolicy,
  Endpoint,
  GatewayGroup,
  Guardrail,
  PolicySet,
} from '../../policy/index.ts';

/** Documents whose version tells of their decisions (rule F6). */
export type VersionedDocument = AgentPolicy | Guardrail | Endpoint | GatewayGroup;

/** A document that stands on both sides of a change. */
export interface Edit<Document = VersionedDocument> {
  /** `AgentPolicy/a`. */
  readonly document: string;
  readonly was: Document;
  readonly is: Document;
  /** Whether more than the version is another. */
  readonly edited: boolean;
}

/** The documents that were edited, or whose version alone was; by kind, then by name. */
export function editedDocuments(before: PolicySet, after: PolicySet): Edit[] {
  return [
    ...editsOf(before.agents, after.agents),
    ...editsOf(before.guardrails, after.guardrails),
    ...editsOf(before.endpoints, after.endpoints),
    ...editsOf(before.gatewayGroups, after.gatewayGroups),
  ];
}

function editsOf<Document extends VersionedDocument>(
  before: readonly Document[],
  after: readonly Document[],
): Edit<Document>[] {
  const old = new Map(before.map((document) => [document.metadata.name, document]));
  return after.flatMap((is) => {
    const was = old.get(is.metadata.name);
    if (!was || was === is) return [];
    const edited = !isSame(was, is);
    if (!edited && was.metadata.version === is.metadata.version) return [];
    return [{ document: `${is.kind}/${is.metadata.name}`, was, is, edited }];
  });
}

// Where a document stands and which version it is say nothing of what was edited in it.
const ignored: ReadonlySet<string> = new Set(['position', 'version']);
// Of a clause that names an Endpoint these are the Endpoint's: its edit, not the clause's.
const ofEndpoint: ReadonlySet<string> = new Set(['to', 'protocol', 'ports', 'accepts']);

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [keysOf(a), keysOf(b)];
  return (
    one.length === other.length &&
    one.every((key) => Object.hasOwn(b, key) && isSame(fieldOf(a, key), fieldOf(b, key)))
  );
}

function keysOf(value: object): string[] {
  const isOfEndpoint = 'endpoint' in value && 'id' in value;
  return Object.keys(value).filter(
    (key) => !ignored.has(key) && !(isOfEndpoint && ofEndpoint.has(key)),
  );
}

function fieldOf(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
