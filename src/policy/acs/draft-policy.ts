import type { Position } from '../problem.ts';
import { keyPosition, type SourceDocument, valuePosition } from '../yaml/index.ts';
import type { HintTerms } from './hint-terms.ts';
import { entries, type Hint, hintsOf } from './hints.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { parentsOf } from './parents.ts';

/** A policy made of what a manifest hints at (rule A2). Somebody must read and complete it before it is one. */
export interface DraftPolicy {
  readonly manifest: Position;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly clauses: readonly DraftClause[];
  /** Hints that come to no clause; their terms say why. */
  readonly left: readonly Hint[];
  /** Policies of the manifest: decided by its own runtime, never compiled here. */
  readonly notCompiled: readonly ForeignPolicy[];
  /** What the manifest extends: hints are taken from the one file alone. */
  readonly notRead: readonly { readonly reference: string; readonly position: Position }[];
  /** The manifest holds a profile already. */
  readonly hasProfile: boolean;
}

export interface DraftClause {
  readonly id: string;
  readonly terms: HintTerms;
  readonly hints: readonly Hint[];
}

export interface ForeignPolicy {
  readonly id: string;
  /** `rego`, `cedar`, `custom`, … as written. */
  readonly type: string;
  readonly position: Position;
}

/** The draft of a manifest of a version that is read. */
export function draftPolicy(manifest: SourceDocument): DraftPolicy {
  const fields = isMapping(manifest.value) ? manifest.value : {};
  const metadata = isMapping(fields.metadata) ? fields.metadata : {};
  const hints = hintsOf(manifest);
  const position = manifest.position(manifest.root.value);
  const { owner } = metadata;
  return {
    manifest: position,
    name: nameFrom(metadata.name) ?? nameFrom(stemOf(position.file)) ?? 'agent',
    version: isVersion(metadata.version) ? metadata.version : '0.1.0',
    ...(isLine(owner) ? { owner } : {}),
    clauses: clausesOf(hints),
    left: hints.filter(({ terms }) => typeof terms === 'string'),
    notCompiled: entries(fields.policies).map(([id, { type }]) => ({
      id,
      type: typeof type === 'string' ? type : 'of no type',
      position: keyPosition(manifest, ['policies', id]),
    })),
    notRead: parentsOf(manifest).parents.map((parent) => ({
      reference: parent.kind === 'file' ? parent.path : parent.reference,
      position: valuePosition(manifest, parent.at),
    })),
    hasProfile: isMapping((metadata as Mapping).sallyport),
  };
}

/** One clause for each destination, however often it is hinted at. */
function clausesOf(hints: readonly Hint[]): DraftClause[] {
  const byTerms = Map.groupBy(
    hints.filter((hint): hint is Hint & { terms: HintTerms } => typeof hint.terms !== 'string'),
    ({ terms: { to, protocol, port } }) => JSON.stringify([to, protocol, port]),
  );
  const taken = new Set<string>();
  return [...byTerms.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { to } = first.terms;
    const id = freeId('host' in to ? to.host : to.cidr.replace(/\/\d+$/, ''), taken);
    return { id, terms: first.terms, hints: same };
  });
}

/** A clause id (rule F5) after a destination. */
function freeId(target: string, taken: Set<string>): string {
  const words = target
    .replace(/^\*\*?\./, 'below-')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const stem = (/^[a-z]/.test(words) ? words : `to-${words}`).slice(0, 56).replace(/-$/, '');
  let id = stem;
  for (let count = 2; taken.has(id); count++) id = `${stem}-${count}`;
  taken.add(id);
  return id;
}

/** A name (rule F4) after whatever the manifest calls itself. */
function nameFrom(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}

function stemOf(file: string): string {
  return (file.split('/').at(-1) ?? '').replace(/(?:\.manifest)?\.ya?ml$/, '');
}

function isVersion(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 128 &&
    /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(value)
  );
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]{1,253}$/u.test(value);
}
