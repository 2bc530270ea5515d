import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wantedBy } from '../../src/app/bot/index.ts';

const configured = (name: string) =>
  name.toLowerCase() === 'acme/agents' ? 'acme/agents' : undefined;
const wanted = (event: string, payload: unknown) =>
  wantedBy({ id: '1', event, payload }, configured, () => [4, 5]);
const repository = { full_name: 'Acme/Agents', default_branch: 'main' };
const zero = '0'.repeat(40);

describe('what a delivery asks for', () => {
  test.each([
    ['a new pull request', { action: 'opened' }, ['acme/agents#3']],
    ['a push to one', { action: 'synchronize', before: 'b'.repeat(40) }, ['acme/agents#3']],
    ['another base', { action: 'edited', changes: { base: {} } }, ['acme/agents#3']],
    ['another title', { action: 'edited', changes: { title: {} } }, []],
    ['a label', { action: 'labeled' }, []],
  ])('%s', (_, more, keys) => {
    const payload = { repository, pull_request: { number: 3, merged: false }, ...more };
    expect(wanted('pull_request', payload).map(({ key }) => key)).toEqual(keys);
  });

  test('a merge', () => {
    const payload = { repository, action: 'closed', pull_request: { number: 3, merged: true } };
    expect(wanted('pull_request', payload)).toMatchObject([
      { kind: 'publish', key: 'acme/agents' },
      { kind: 'review', key: 'acme/agents#3' },
    ]);
  });

  test.each([
    ['the default branch', 'refs/heads/main', 'a'.repeat(40), ['a'.repeat(40)]],
    ['its first push', 'refs/heads/main', zero, [undefined]],
    ['another branch', 'refs/heads/other', zero, []],
    ['a tag of its name', 'refs/tags/main', zero, []],
  ])('a push to %s', (_, ref, before, stale) => {
    const found = wanted('push', { repository, ref, before });
    expect(found.map(({ staleHead }) => staleHead)).toEqual(stale);
  });

  test('a check is to be run again', () => {
    const payload = { repository, action: 'rerequested', check_run: { head_sha: 'c' } };
    expect(wanted('check_run', payload)).toMatchObject([
      { key: 'acme/agents#4', again: true },
      { key: 'acme/agents#5', again: true },
    ]);
  });

  test('other repositories, and anything else at all: nothing', () => {
    const foreign = { full_name: 'acme/other', default_branch: 'main' };
    expect(wanted('push', { repository: foreign, ref: 'refs/heads/main' })).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (event, payload) => {
        expect(wanted(event, payload)).toEqual([]);
      }),
    );
  });
});
