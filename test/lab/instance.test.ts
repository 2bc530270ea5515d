import { describe, expect, it } from 'vitest';
import { labInstance, namespaceOf } from '../../lab/net/index.ts';

describe('labInstance', () => {
  it('gives each instance names of its own', () => {
    const [a, b] = [labInstance('one'), labInstance('two')];
    for (const field of ['prefix', 'runDirectory', 'pinDirectory', 'lockFile'] as const) {
      expect(a[field]).not.toBe(b[field]);
    }
  });

  it('never lets the namespaces of one begin like those of another', () => {
    const inner = namespaceOf(labInstance('labx'), 'gateway');
    expect(inner.startsWith(labInstance('lab').prefix)).toBe(false);
  });

  it.each(['', 'a-b', 'A', '1a', '../x', 'abcdefghijklm', 'lab/x'])('refuses "%s"', (name) => {
    expect(() => labInstance(name)).toThrow(RangeError);
  });
});
