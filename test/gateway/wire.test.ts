import { describe, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import {
  addressBytes,
  addressText,
  addressWords,
  nameText,
  reversedName,
  textOf,
} from '../../gateway/tables/index.ts';
import { agentSources } from '../../gateway/tables/sources.ts';
import { fixedText } from '../../gateway/tables/wire.ts';
import { cidr } from '../arbitraries/alphabet.ts';
import { ip } from '../kernel/packets.ts';

describe('addresses in the maps', () => {
  it('are 16 bytes in network order, IPv4 in its mapped form', () => {
    expect(addressBytes(ip('192.0.2.1')).toString('hex')).toBe('00000000000000000000ffffc0000201');
    expect(addressBytes(ip('2001:db8::1')).toString('hex')).toBe(
      '20010db8000000000000000000000001',
    );
  });

  it('are two words as the processor reads those bytes', () => {
    const words = addressWords(ip('2001:db8::1'));
    const bytes = Buffer.alloc(16);
    words.forEach((word, i) => {
      bytes.writeBigUInt64LE(word, 8 * i);
    });
    expect(bytes).toEqual(addressBytes(ip('2001:db8::1')));
  });

  it.each([
    '0.0.0.0',
    '255.255.255.255',
    '192.0.2.1',
    '::',
    '::1',
    '2001:db8::1',
    '::fffe:1.2.3.4',
  ])('are read back: %s', (text) => {
    expect(addressText(addressBytes(ip(text)))).toBe(addressText(addressBytes(ip(text))));
    expect(ip(addressText(addressBytes(ip(text))))).toEqual(ip(text));
  });
});

describe('names in the maps', () => {
  it('are reversed, each label closed by a dot, so that a suffix is a prefix', () => {
    expect(reversedName('api.example.com').toString()).toBe('moc.elpmaxe.ipa.');
    expect(nameText(reversedName('api.example.com'))).toBe('api.example.com');
    const suffix = reversedName('example.com').toString();
    expect(reversedName('api.example.com').toString().startsWith(suffix)).toBe(true);
    expect(reversedName('evilexample.com').toString().startsWith(suffix)).toBe(false);
  });

  it('are no longer than a key can hold', () => {
    const name = (length: number) => 'a'.repeat(length);
    expect(reversedName(name(251))).toHaveLength(252);
    expect(() => reversedName(name(252))).toThrow('name too long');
  });
});

describe('text in a fixed field', () => {
  it('ends at the first NUL or at the end', () => {
    expect(textOf(fixedText('ab', 4))).toBe('ab');
    expect(textOf(fixedText('abcd', 4))).toBe('abcd');
    expect(fixedText('ab', 4)).toEqual(Buffer.from('ab\0\0'));
  });
});

describe('sources', () => {
  const rules = {
    prefixes: [],
    peers: [],
    suffixes: [],
    otherwise: [],
    namedDenies: [],
    otherNames: [],
    longestName: { guardrails: Number.POSITIVE_INFINITY, policy: Number.POSITIVE_INFINITY },
    trusted: [],
  };
  const agent = {
    id: 3,
    name: 'alpha',
    version: '1.0.0',
    audit: false,
    isRemote: false,
    budgets: [],
    sources: [cidr('10.8.0.0/16')],
    isOpen: true,
    rejects: false,
    dnsOnDeny: 'nxdomain' as const,
    questionsPerMinute: { guardrails: Number.POSITIVE_INFINITY, policy: Number.POSITIVE_INFINITY },
    principals: ['group:clerks', 'user:ada'],
    rules,
    ingress: null,
  };
  /** Kind and agent of the longest entry of an interface that holds an address. */
  const find = (holds: 'all' | readonly string[], address: string, ifindex = 5) => {
    const bindings = [{ ifindex: 5, holds: holds === 'all' ? holds : holds.map(cidr) }];
    const bytes = addressBytes(ip(address));
    const bits = (b: Uint8Array) =>
      [...b].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const [longest] = [...agentSources([agent], bindings).values()]
      .filter(([key]) => key.ifindex === ifindex)
      .filter(([key]) => bits(bytes).startsWith(bits(key.addr).slice(0, key.prefix_length - 64)))
      .sort(([a], [b]) => b.prefix_length - a.prefix_length);
    const { kind, agent: number } = longest?.[1] ?? {};
    return longest && { kind, agent: number };
  };
  const spoofed = { kind: constants.SOURCE_SPOOFED, agent: 0 };
  const unknown = { kind: constants.SOURCE_UNKNOWN, agent: 0 };
  const known = { kind: constants.SOURCE_AGENT, agent: 3 };

  it('behind the only interface are agents or unknown, never spoofed', () => {
    expect(find('all', '10.8.1.1')).toEqual(known);
    expect(find('all', '10.9.1.1')).toEqual(unknown);
    expect(find('all', '2001:db8::1')).toEqual(unknown);
  });

  it('behind one of several are only those that its routes hold', () => {
    expect(find(['10.8.1.0/24'], '10.8.1.1')).toEqual(known);
    expect(find(['10.8.1.0/24'], '10.8.2.1')).toEqual(spoofed);
    expect(find(['10.0.0.0/8'], '10.8.2.1')).toEqual(known);
    expect(find(['10.0.0.0/8'], '10.9.2.1')).toEqual(unknown);
    expect(find(['10.0.0.0/8'], '2001:db8::1')).toEqual(spoofed);
    expect(find([], '10.8.1.1')).toEqual(spoofed);
  });

  it('of all agents are found where the interface does not matter', () => {
    expect(find([], '10.8.1.1', constants.ANY_INTERFACE)).toEqual(known);
  });

  it('in IPv4 are not reached by a short IPv6 route', () => {
    expect(find(['::/0'], '10.8.1.1')).toEqual(spoofed);
  });
});
