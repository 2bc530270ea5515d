import type { Position } from '../problem.ts';
import type { Kind } from '../schema/index.ts';
import { type Path, type SourceDocument, valuePosition } from '../yaml/index.ts';

/** A name in a document that another document must bear, or hold. */
export interface Reference {
  readonly to: 'endpoint' | 'agent' | 'route' | 'clause';
  readonly name: string;
  readonly position: Position;
  /** Id of the clause that refers; of a `clause` of a PolicyTest, the agent of its case. */
  readonly by: string;
}

/** What a document of known shape refers to, in the order in which it is written. */
export function referencesOf(kind: Kind, document: SourceDocument): Reference[] {
  const references: Reference[] = [];
  const add = (to: Reference['to'], by: string, path: Path) => {
    const name = at(document.value, path);
    if (typeof name !== 'string') return;
    references.push({ to, name, position: valuePosition(document, path), by });
  };
  if (kind === 'AgentPolicy' || kind === 'Guardrail') {
    for (const list of [...clauseLists, ...ingressLists]) {
      for (const { id, path } of namedItems(document.value, list)) {
        add('endpoint', id, [...path, 'to', 'endpoint']);
        add('agent', id, [...path, 'to', 'agent']);
        add('agent', id, [...path, 'from', 'agent']);
        add('route', id, [...path, 'via']);
      }
    }
  } else if (kind === 'PolicyTest') {
    for (const { path } of namedItems(document.value, ['spec', 'cases'])) {
      const agent = String(at(document.value, [...path, 'agent']));
      add('agent', agent, [...path, 'agent']);
      add('agent', agent, [...path, 'to', 'agent']);
      add('clause', agent, [...path, 'clause']);
    }
  }
  return references;
}

/** Names in a document of known shape that others may refer to: ids of its clauses, or its routes. */
export function heldNames(kind: Kind, { value }: SourceDocument): ReadonlySet<string> {
  if (kind === 'GatewayGroup') {
    return new Set(namedItems(value, ['spec', 'routes']).map(({ id }) => id));
  }
  if (kind !== 'AgentPolicy' && kind !== 'Guardrail') return new Set();
  const lists = [...clauseLists, ...ingressLists];
  return new Set(lists.flatMap((list) => namedItems(value, list).map(({ id }) => id)));
}

const clauseLists: readonly Path[] = [
  ['spec', 'allow'],
  ['spec', 'deny'],
];
const ingressLists: readonly Path[] = [['spec', 'ingress', 'allow']];

/** The items of a list, each with its `id`, or the values of a map with their keys. */
function namedItems(document: unknown, path: Path): { id: string; path: Path }[] {
  const clauses = at(document, path);
  if (Array.isArray(clauses)) {
    return clauses.map((clause, index) => ({
      id: String(at(clause, ['id'])),
      path: [...path, index],
    }));
  }
  if (typeof clauses !== 'object' || clauses === null) return [];
  return Object.keys(clauses).map((id) => ({ id, path: [...path, id] }));
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[step];
  }
  return found;
}
