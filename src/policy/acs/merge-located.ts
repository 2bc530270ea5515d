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
 * Merges as ACS does: mappings key by key, all else must be equal; lists are not joined. Places are those of the last
 * that says it. What conflicts is reported, and the result is then of no use. `undefined` for none.
 */
export function mergeLocated(
  values: readonly Located[],
  report: (conflict: Conflict) => void,
  path: readonly string[] = [],
): Located | undefined {
  const [first, ...others] = values;
  const last = values.at(-1);
  if (!first || !last || others.length === 0) return last;
  if (!values.every(({ value }) => isMapping(value))) {
    for (const second of others) {
      if (!equal(first.value, second.value)) report({ path, first, second });
    }
    return last;
  }
  const value: Record<string, unknown> = Object.create(null);
  const parts = new Map<string, Mark>();
  for (const [key, said] of saidByKey(values)) {
    const merged = mergeLocated(said, report, [...path, key]);
    if (!merged) continue;
    value[key] = merged.value;
    parts.set(key, merged.mark);
  }
  return { value, mark: { ...last.mark, parts } };
}

function saidByKey(values: readonly Located[]): Map<string, Located[]> {
  const byKey = new Map<string, Located[]>();
  for (const value of values) {
    for (const key of value.mark.parts.keys()) {
      const part = partOf(value, key);
      const said = byKey.get(key);
      if (part && said) said.push(part);
      else if (part) byKey.set(key, [part]);
    }
  }
  return byKey;
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
