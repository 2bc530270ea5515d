import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { reasons } from '../../src/rules/index.ts';
import { readDocument, section, tableRows } from './document.ts';

const agent = 'gateway/agent';
const gateway = readDocument('docs/gateway.md');
const troubleshooting = readDocument('docs/troubleshooting.md');
const names = reasons.map(({ name }) => name as string);

test('documented limits are those of the code', () => {
  const rows = tableRows(section(gateway, '## Limits'));
  const documented = rows.map(([, limit = '', name = '']) => [
    name.replaceAll('`', ''),
    Number.parseInt(limit, 10),
  ]);
  const expected = documented.map(([name]) => [name, constants[name as keyof typeof constants]]);
  expect(rows.length).toBeGreaterThan(15);
  expect(documented).toEqual(expected);
});

test('sizes that all agents share are those of the maps', () => {
  const maps = readDocument('gateway/bpf/maps.h');
  const size = (map: string) => new RegExp(`, ${map},[^;]*?, (\\d+),`).exec(maps)?.[1];
  expect(section(gateway, '## Limits')).toContain(
    `${size('sp_flows')} flows, ${size('sp_learned')} learned addresses, ${size('sp_names')} names, ${size('sp_hellos')} parts of ClientHellos;`,
  );
});

test('the layout version in paths is the present one', () => {
  expect(gateway).toContain(`/sys/fs/bpf/sallyport/<name>/v${constants.LAYOUT_VERSION}/`);
});

test('every event that is logged is explained, and no other', () => {
  const sources = readdirSync(resolve(import.meta.dirname, '../..', agent)).map((name) =>
    readDocument(`${agent}/${name}`),
  );
  const code = [...sources, readDocument('src/traffic/writer-notice.ts')].join('\n');
  const logged = [...code.matchAll(/(?:{ |readonly |^ +)event: ((?:'[a-z-]+'(?: \| )?)+)/gm)]
    .flatMap(([, literals = '']) => literals.split(' | '))
    .map((literal) => literal.slice(1, -1));
  const rows = tableRows(section(gateway, '## Log'));
  const others = rows.filter((cells) => cells.length === 3).flatMap(([first = '']) => first);
  const explained = others.flatMap((cell) => cell.replaceAll('`', '').split(', '));
  expect(new Set([...explained, 'flow', 'question'])).toEqual(new Set(logged));
});

test.each([
  ['docs/gateway.md', section(gateway, '## Reasons, and what to do')],
  ['docs/troubleshooting.md', section(troubleshooting, '## By reason')],
])('%s explains reasons that exist', (_path, text) => {
  const explained = tableRows(text).flatMap(([first = '']) =>
    first.replaceAll('`', '').split(', '),
  );
  expect(explained.filter((name) => !names.includes(name))).toEqual([]);
});

test('every reason for which something may be refused is explained to those whose call it was', () => {
  const passes = ['allowed', 'reply', 'related', 'would-deny'];
  // Of features that this version does not have.
  const reserved = ['budget-spent', 'dns-rate', 'dns-length'];
  const text = section(troubleshooting, '## By reason');
  const missing = names.filter(
    (name) => ![...passes, ...reserved].includes(name) && !text.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
