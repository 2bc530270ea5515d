import type { HostPattern } from '../policy/index.ts';

/** Rule K4. `name` is in lower-case A-labels without trailing dot. */
export function hostMatches({ match, suffix }: HostPattern, name: string): boolean {
  if (match === 'exact') return name === suffix;
  if (!name.endsWith(`.${suffix}`)) return false;
  const labels = name.slice(0, -suffix.length - 1);
  return labels !== '' && (match === 'many' || !labels.includes('.'));
}
