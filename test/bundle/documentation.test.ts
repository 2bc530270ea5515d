import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { BundleErrorCode } from '../../src/bundle/index.ts';

// The compiler sees to it that none is missing here.
const codes: Record<BundleErrorCode, true> = {
  unreachable: true,
  'too-large': true,
  'too-slow': true,
  'bad-signature': true,
  'rolled-back': true,
  expired: true,
  malformed: true,
  'wrong-group': true,
  'not-enrolled': true,
  disk: true,
};

test('docs/bundles.md explains every error code, and no other', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/bundles.md'), 'utf8');
  const section = text.split('## Error codes')[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(listed.toSorted()).toEqual(Object.keys(codes).toSorted());
});
