import type { HostPattern } from '../../policy/index.ts';

/** Whether every name of one pattern is a name of another. Patterns are nested or disjoint (rule K4). */
export function covers(outer: HostPattern, inner: HostPattern): boolean {
  if (outer.match === 'exact') return inner.match === 'exact' && inner.suffix === outer.suffix;
  if (outer.match === 'one') {
    if (inner.match === 'one') return inner.suffix === outer.suffix;
    return inner.match === 'exact' && parentOf(inner.suffix) === outer.suffix;
  }
  if (inner.match !== 'exact' && inner.suffix === outer.suffix) return true;
  return inner.suffix.endsWith(`.${outer.suffix}`);
}

/**
 * Patterns that no name matches. A wildcard has names without end, so that several smaller patterns never use it up: a
 * pattern is covered by one of these or not at all.
 */
export class RuledOut {
  readonly #keys = new Set<string>();

  add(pattern: HostPattern): void {
    this.#keys.add(keyOf(pattern));
  }

  covers(pattern: HostPattern): boolean {
    if (this.#keys.size === 0) return false;
    if (this.#keys.has(keyOf(pattern))) return true;
    const { match, suffix } = pattern;
    if (match !== 'exact' && this.#keys.has(`many ${suffix}`)) return true;
    let parent = parentOf(suffix);
    if (match === 'exact' && parent && this.#keys.has(`one ${parent}`)) return true;
    for (; parent; parent = parentOf(parent)) if (this.#keys.has(`many ${parent}`)) return true;
    return false;
  }
}

function keyOf({ match, suffix }: HostPattern): string {
  return `${match} ${suffix}`;
}

/** Empty where there is none. */
function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}
