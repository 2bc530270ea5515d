export type Bump = 'none' | 'patch' | 'minor' | 'major';

interface SemanticVersion {
  readonly core: readonly [major: string, minor: string, patch: string];
  readonly preRelease: readonly string[];
}

/** @returns Negative, 0 or positive, by the precedence of Semantic Versioning 2.0.0 section 11; build metadata has none. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [parse(a), parse(b)];
  for (const index of [0, 1, 2] as const) {
    const order = compareNumbers(one.core[index], other.core[index]);
    if (order !== 0) return order;
  }
  return comparePreReleases(one.preRelease, other.preRelease);
}

/**
 * The bump that a step from one version to the next is; `none` where it does not go up. A pre-release counts as the
 * release that it leads to: 1.4.2 → 2.0.0-rc.1 is a major bump, and so is every further step up to 2.0.0, because
 * nobody was promised anything but the next release.
 */
export function bumpBetween(was: string, is: string): Bump {
  if (compareVersions(is, was) <= 0) return 'none';
  const [before, after] = [parse(was), parse(is)];
  if (before.preRelease.length > 0 && isSameCore(before, after)) return leadsTo(before);
  const [major, minor] = [0, 1].map((index) => before.core[index] !== after.core[index]);
  return major ? 'major' : minor ? 'minor' : 'patch';
}

/** Whether a bump is at least the one that is asked for. */
export function isEnough(made: Bump, asked: Bump): boolean {
  const order: readonly Bump[] = ['none', 'patch', 'minor', 'major'];
  return order.indexOf(made) >= order.indexOf(asked);
}

/** The release that meets a bump: `2.0.0` for a major one of 1.4.2. */
export function bumped(version: string, by: Exclude<Bump, 'none'>): string {
  const { core, preRelease } = parse(version);
  const [major, minor, patch] = core.map(BigInt) as [bigint, bigint, bigint];
  // Leaving a pre-release for its own release is the bump that the release is.
  if (preRelease.length > 0 && isEnough(leadsTo(parse(version)), by)) return core.join('.');
  if (by === 'major') return `${major + 1n}.0.0`;
  return by === 'minor' ? `${major}.${minor + 1n}.0` : `${major}.${minor}.${patch + 1n}`;
}

function leadsTo({ core: [, minor, patch] }: SemanticVersion): Bump {
  if (patch !== '0') return 'patch';
  return minor === '0' ? 'major' : 'minor';
}

/** The schema has seen to it that it is one (rule F6). */
function parse(version: string): SemanticVersion {
  const [release = '', ...rest] = (version.split('+')[0] ?? '').split('-');
  const [major = '0', minor = '0', patch = '0'] = release.split('.');
  const preRelease = rest.length > 0 ? rest.join('-').split('.') : [];
  return { core: [major, minor, patch], preRelease };
}

function isSameCore(a: SemanticVersion, b: SemanticVersion): boolean {
  return a.core.every((number, index) => number === b.core[index]);
}

/** A version with a pre-release comes before the one without. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [one, other] = [a[index], b[index]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by value and before everything else, the rest by bytes. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [a, b].map((text) => /^\d+$/.test(text));
  if (isNumber && isOtherNumber) return compareNumbers(a, b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Decimal numbers without leading zeros, of any length. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}
