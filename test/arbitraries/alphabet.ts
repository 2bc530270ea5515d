import {
  type Address,
  type Cidr,
  type HostPattern,
  type PortRange,
  parseCidr,
  parsePacketAddress,
} from '../../src/policy/index.ts';

/** Few values, so that clauses and flows meet often. */

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') throw new Error(`${text}: ${parsed}`);
  return parsed;
}

export function address(text: string): Address {
  const parsed = parsePacketAddress(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

/** Every agent has both families, so that it can send whatever a flow asks for. */
export const workloads = {
  alpha: ['10.8.1.0/28', '10.8.1.64/32', 'fd00:8:1::/64'],
  beta: ['10.8.2.0/24', 'fd00:8:2::/64', 'fd00:8:2:1::/64'],
  gamma: ['10.8.3.0/31', 'fd00:8:3::7/128'],
} as const;

export const resolvers = ['10.8.0.53', '192.0.2.53', '10.8.2.53', 'fd00:8::53', '2001:db8::53'].map(
  address,
);

/** Nested, adjacent and disjoint; agents, resolvers and the built-in destinations among them. */
export const destinations = [
  '192.0.2.0/24',
  '192.0.2.0/28',
  '192.0.2.16/28',
  '192.0.2.7/32',
  '192.0.0.0/16',
  '198.51.100.0/24',
  '198.51.100.128/25',
  '0.0.0.0/0',
  '128.0.0.0/1',
  '10.8.0.0/16',
  '10.8.2.0/24',
  '10.8.0.53/32',
  '169.254.0.0/16',
  '169.254.169.254/32',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '2001:db8:1::7/128',
  'fd00:8::/32',
  'fd00:8:2::/64',
  '::/0',
  'fe80::/10',
  'fd00:ec2::254/128',
].map(cidr);

export const hosts: HostPattern[] = (['exact', 'one', 'many'] as const).flatMap((match) =>
  ['example.com', 'api.example.com', 'x.other.net'].map((suffix) => ({ match, suffix })),
);

export const ports: PortRange[] = [
  [53, 53],
  [80, 80],
  [443, 443],
  [853, 853],
  [1, 1],
  [50, 60],
  [1000, 1010],
  [1005, 1020],
  [1011, 1011],
  [443, 65535],
  [65535, 65535],
];
