import type { Mark } from '../yaml/index.ts';
import { type Located, partOf } from './located.ts';
import { isMapping, type Mapping } from './mapping.ts';

/** Two manifests that extend each other say different things at one place. */
export interface Conflict {
  /** Keys from the merged value on. */
  readonly path: readonly string[];
  readonly first: Located;
  readonly second: Located;
}

/**
 * Merges as ACS does: mappings key by key, all else must be equal; lists are not joined. Places are those of `second`
 * where both say the same. What conflicts is reported and stays as `first` has it.
 */
export function mergeLocated(
  first: Located,
  second: Located,
  report: (conflict: Conflict) => void,
  path: readonly string[] = [],
): Located {
  if (!isMapping(first.value) || !isMapping(second.value)) {
    if (equal(first.value, second.value)) return second;
    report({ path, first, second });
    return first;
  }
  const value: Record<string, unknown> = Object.assign(Object.create(null), first.value);
  const parts = new Map<string, Mark>(first.mark.parts);
  for (const key of Object.keys(second.value)) {
    const added = partOf(second, key);
    const there = partOf(first, key);
    if (!added) continue;
    const merged = there ? mergeLocated(there, added, report, [...path, key]) : added;
    value[key] = merged.value;
    parts.set(key, merged.mark);
  }
  return { value, mark: { ...second.mark, parts } };
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (isMapping(a) && isMapping(b)) return equalMappings(a, b);
  return Object.is(a, b);
}

function equalMappings(a: Mapping, b: Mapping): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
}
