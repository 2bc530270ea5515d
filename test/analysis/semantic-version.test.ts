import { describe, expect, it } from 'vitest';
import {
  type Bump,
  bumpBetween,
  bumped,
  compareVersions,
} from '../../src/analysis/versions/semantic-version.ts';

describe('versions', () => {
  it('are ordered as Semantic Versioning 2.0.0 section 11 has it', () => {
    const ascending = [
      '0.9.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.10',
      '1.2.0',
      '1.10.0',
      '2.0.0',
      '99999999999999999999.0.0',
      '100000000000000000000.0.0',
    ];
    for (const [index, one] of ascending.entries()) {
      for (const [other, version] of ascending.entries()) {
        expect(Math.sign(compareVersions(one, version))).toBe(Math.sign(index - other));
      }
    }
  });

  it('have no order by build metadata', () => {
    expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
    expect(compareVersions('1.0.0-rc.1+a', '1.0.0-rc.1')).toBe(0);
    expect(compareVersions('1.0.0-x-y.1', '1.0.0-x-y.2')).toBeLessThan(0);
  });

  it.each<[string, string, Bump]>([
    ['1.4.2', '1.4.2', 'none'],
    ['1.4.2', '1.4.1', 'none'],
    ['1.4.2', '1.4.2+build.7', 'none'],
    ['1.4.2', '1.4.3', 'patch'],
    ['1.4.2', '1.5.0', 'minor'],
    ['1.4.2', '1.5.7', 'minor'],
    ['1.4.2', '2.0.0', 'major'],
    ['1.4.2', '3.1.4', 'major'],
    ['1.4.2', '2.0.0-rc.1', 'major'],
    ['2.0.0-rc.1', '2.0.0-rc.2', 'major'],
    ['2.0.0-rc.1', '2.0.0', 'major'],
    ['2.1.0-rc.1', '2.1.0', 'minor'],
    ['2.1.1-rc.1', '2.1.1', 'patch'],
    ['2.1.0-rc.1', '3.0.0', 'major'],
    ['2.0.0', '2.0.0-rc.1', 'none'],
  ])('%s → %s is %s', (was, is, bump) => {
    expect(bumpBetween(was, is)).toBe(bump);
  });

  it.each<[string, Exclude<Bump, 'none'>, string]>([
    ['1.4.2', 'patch', '1.4.3'],
    ['1.4.2', 'minor', '1.5.0'],
    ['1.4.2', 'major', '2.0.0'],
    ['0.3.0', 'major', '1.0.0'],
    ['2.0.0-rc.1', 'major', '2.0.0'],
    ['2.1.0-rc.1', 'minor', '2.1.0'],
    ['2.1.0-rc.1', 'major', '3.0.0'],
  ])('%s and a %s change make %s, which is enough', (version, by, release) => {
    expect(bumped(version, by)).toBe(release);
    expect(
      ['patch', 'minor', 'major'].indexOf(bumpBetween(version, release)),
    ).toBeGreaterThanOrEqual(['patch', 'minor', 'major'].indexOf(by));
  });
});
