import { expect, test } from 'vitest';
import type { Region } from '../../src/reach/index.ts';
import { renderReach } from '../../src/reach/report/index.ts';

const same = (text: string) => text;
const paint = { error: same, warning: same, notice: same, strong: same, faint: same };
const tcp = [{ protocol: 'tcp', ports: [[443, 443]] }] as const;
const all = ['tcp', 'udp', 'icmp'].map((protocol) => ({
  protocol,
  ports: [],
})) as Region['traffic'];
const names = (...include: string[]) => ({ include, except: [] });

/** The one line that tells a region. */
function line(region: Partial<Region>): string {
  const deciding = { decision: 'allow', reason: 'allowed', clause: null } as const;
  const grants = [
    { direction: 'egress', deciding, regions: [{ traffic: tcp, ...region }] },
  ] as const;
  const options = {
    paint,
    width: 500,
    placeText: () => undefined,
    rules: { standingDenies: () => ({ hosts: new Set<string>(), networks: [] }) },
  };
  const text = renderReach({ agent: 'a', from: 0, until: 1, grants }, options);
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

test.each<[Partial<Region>, string]>([
  [{}, 'any address  tcp 443'],
  [{ traffic: all }, 'any address  any protocol'],
  [{ traffic: [{ protocol: 'udp', ports: [] }] }, 'any address  udp'],
  [{ peer: { agent: 'b' } }, 'agent b  tcp 443'],
  [
    { peer: { addresses: { include: ['0.0.0.0/0', '::/0'], except: ['10.0.0.0/8'] } } },
    'any address except 10.0.0.0/8  tcp 443',
  ],
  [{ peer: { addresses: { include: ['0.0.0.0/0'], except: [] } } }, 'any IPv4 address  tcp 443'],
  [
    { peer: { addresses: { include: ['192.0.2.1/32', '2001:db8::1/128'], except: [] } } },
    '192.0.2.1, 2001:db8::1  tcp 443',
  ],
  [
    {
      peer: {
        moved: { before: 'b', after: null },
        addresses: { include: ['10.1.0.0/16'], except: [] },
      },
    },
    '10.1.0.0/16 (agent b’s before, no agent’s after)  tcp 443',
  ],
  [
    { own: { include: [], except: [], unknown: true } },
    'any address, own address not known  tcp 443',
  ],
  [
    { names: { some: [names('a.example.com'), names('b.example.com')] } },
    'a.example.com and also b.example.com  tcp 443',
  ],
  [
    { names: { some: [{ include: ['**'], except: ['**.x.example'] }] } },
    'any name except **.x.example  tcp 443',
  ],
  [
    {
      names: { some: [names('a.example.com')] },
      sni: { ...names('a.example.com'), missing: false },
    },
    'a.example.com  tcp 443',
  ],
  [
    {
      names: { some: [names('a.example.com')] },
      sni: { ...names('b.example.com'), missing: false },
    },
    'a.example.com, SNI b.example.com  tcp 443',
  ],
  [{ sni: { ...names('**'), missing: true } }, 'any address  tcp 443'],
  [{ sni: { ...names('**'), missing: false } }, 'any address, with an SNI  tcp 443'],
  [{ sni: { include: [], except: [], missing: true } }, 'any address, without SNI  tcp 443'],
  [
    { sni: { ...names('b.example.com'), missing: true } },
    'any address, SNI b.example.com, or none  tcp 443',
  ],
  [
    {
      names: { some: [], none: names('b.example') },
      sni: { include: ['**'], except: ['b.example'], missing: true },
    },
    'any address, not as b.example  tcp 443',
  ],
  [
    { principals: { none: ['user:x', 'user:y'] } },
    'any address  tcp 443  for anyone but user:x or user:y',
  ],
  [{ principals: { some: [['a']], none: ['b'] } }, 'any address  tcp 443  for a, but not b'],
  [{ principals: { known: true } }, 'any address  tcp 443  for known principals'],
  [{ principals: { known: false } }, 'any address  tcp 443  for unknown principals'],
  [
    { principals: { known: true, some: [['a'], ['b', 'c']] } },
    'any address  tcp 443  for a, and b or c',
  ],
  [
    {
      time: {
        cases: [
          { during: [], outside: [], until: '2027-03-31' },
          { during: [], outside: [], after: '2027-06-30' },
        ],
        spans: [],
      },
    },
    'any address  tcp 443  through 2027-03-31, or after 2027-06-30',
  ],
  [
    {
      budget: [
        { clause: 'X#c', side: 'before', spent: true },
        { clause: 'X#c', side: 'after', spent: false },
      ],
    },
    'any address  tcp 443  once the old budget of X#c is spent, while the new budget of X#c is not spent',
  ],
])('%j', (region, text) => expect(line(region)).toBe(text));

test('long lists are counted', () => {
  const include = Array.from({ length: 20 }, (_, i) => `10.${i}.0.0/16`);
  expect(line({ peer: { addresses: { include, except: [] } } })).toContain(
    '10.5.0.0/16 and 14 more  tcp',
  );
  const ports = Array.from({ length: 20 }, (_, i) => [2 * i + 1, 2 * i + 1] as const);
  expect(line({ traffic: [{ protocol: 'tcp', ports }] })).toContain('tcp 1,3,5,7,9,11 and 14 more');
});
