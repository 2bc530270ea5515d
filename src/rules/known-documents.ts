import type { AgentRules, GuardrailRules, RuleSet } from './rule-set.ts';

type Document = AgentRules | GuardrailRules;

/** Documents of rules that are in use, by kind and name. */
interface KnownDocuments {
  readonly agents: ReadonlyMap<string, Document>;
  readonly guardrails: ReadonlyMap<string, Document>;
  readonly all: ReadonlySet<unknown>;
}

export function documentsOf({ agents, guardrails }: RuleSet): KnownDocuments {
  const byName = (documents: readonly Document[]) =>
    new Map(documents.map((document) => [document.name, document]));
  return {
    agents: byName(agents),
    guardrails: byName(guardrails),
    all: new Set([...agents, ...guardrails]),
  };
}

/** The same value, read from JSON, with what is known already in the place of its equals. */
export function sharing(read: unknown, known: KnownDocuments): unknown {
  if (typeof read !== 'object' || read === null) return read;
  const { agents, guardrails } = read as Readonly<Record<string, unknown>>;
  if (!Array.isArray(agents) || !Array.isArray(guardrails)) return read;
  // Keys stay where they stand: their order is part of what is checked.
  return {
    ...read,
    agents: agents.map((one) => knownOr(one, known.agents)),
    guardrails: guardrails.map((one) => knownOr(one, known.guardrails)),
  };
}

/** What is new in it; of any shape, as `read` may be. */
export function withoutKnown(read: unknown, { all }: KnownDocuments): unknown {
  if (typeof read !== 'object' || read === null) return read;
  const { agents, guardrails } = read as Readonly<Record<string, unknown>>;
  if (!Array.isArray(agents) || !Array.isArray(guardrails)) return read;
  const isNew = (one: unknown) => !all.has(one);
  return { ...read, agents: agents.filter(isNew), guardrails: guardrails.filter(isNew) };
}

function knownOr(read: unknown, known: ReadonlyMap<string, Document>): unknown {
  const { name } = (read ?? {}) as { readonly name?: unknown };
  const old = typeof name === 'string' ? known.get(name) : undefined;
  return old && isSame(old, read) ? old : read;
}

/** Equal as text: the order of keys counts. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every(
      (key, i) => key === others[i] && isSame(a[key as keyof object], b[key as keyof object]),
    )
  );
}
