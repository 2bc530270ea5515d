import { execa } from 'execa';

/** Hosts around the gateway, each on a link of its own: two agents, and whatever is outside. */
export const hosts = ['alpha', 'beta', 'outside'] as const;
export type HostName = (typeof hosts)[number];

/** Addresses, by the names that attacks know them by. */
export const places = {
  alpha: '10.8.1.5',
  alpha6: 'fd00:8:1::5',
  /** On alpha's link too. */
  gamma: '10.8.3.5',
  gamma6: 'fd00:8:3::5',
  nobody: '10.8.3.6',
  beta: '10.8.2.5',
  beta6: 'fd00:8:2::5',
  gateway: '10.8.1.1',
  gateway6: 'fd00:8:1::1',
  resolver: '10.8.0.53',
  /** Allowed to alpha. */
  web: '192.0.2.10',
  web6: '2001:db8::10',
  /** Allowed to nobody. */
  vault: '198.51.100.66',
  vault6: '2001:db8:bad::66',
  router: '203.0.113.2',
  router6: '2001:db8:f::2',
  metadata: '169.254.169.254',
  /** Allowed to alpha, and not there. */
  hole: '192.0.2.66',
} as const;

interface Link {
  readonly host: HostName;
  /** The gateway's end; the other is the host's `eth0`. */
  readonly gateway: string;
  readonly addresses: readonly string[];
  readonly neighbours: readonly string[];
  readonly routes: readonly string[];
}

const links: readonly Link[] = [
  {
    host: 'alpha',
    gateway: 'gw0',
    addresses: ['10.8.1.1/24', '10.8.3.1/24', 'fd00:8:1::1/64', 'fd00:8:3::1/64'],
    neighbours: [places.alpha, places.gamma, places.nobody, places.alpha6, places.gamma6],
    routes: [],
  },
  {
    host: 'beta',
    gateway: 'gw1',
    addresses: ['10.8.2.1/24', 'fd00:8:2::1/64'],
    neighbours: [places.beta, places.beta6],
    routes: [],
  },
  {
    host: 'outside',
    gateway: 'out0',
    addresses: ['203.0.113.1/24', '2001:db8:f::1/64'],
    neighbours: [places.router, places.router6],
    routes: [places.router, places.router6],
  },
];

const forwarding = `
cd /proc/sys/net
echo 1 >ipv4/ip_forward
echo 1 >ipv6/conf/all/forwarding
for scope in all default; do
  echo 0 >ipv4/conf/$scope/rp_filter
  echo 0 >ipv6/conf/$scope/accept_dad
  echo 0 >ipv6/conf/$scope/accept_ra
  echo 1 >ipv6/conf/$scope/mldv2_unsolicited_report_interval
done`;
/** The far ends only carry what the packet tool puts on them. */
const silence = 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6';

export function namespaceOf(name: string, host: HostName | 'gateway'): string {
  return `sallyport-${name}-${host}`;
}

/** Makes the namespaces and links; nothing in them answers. */
export async function buildHosts(name: string): Promise<void> {
  const gateway = namespaceOf(name, 'gateway');
  await execa('ip', ['netns', 'add', gateway]);
  await inside(gateway, forwarding);
  for (const host of hosts) {
    await execa('ip', ['netns', 'add', namespaceOf(name, host)]);
    await inside(namespaceOf(name, host), silence);
  }
  const lines = [
    'link set lo up',
    `route add blackhole ${places.hole}`,
    ...links.flatMap((link, number) => linkLines(name, link, number)),
  ];
  await execa('ip', ['-n', gateway, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  for (const host of hosts) {
    await execa('ip', ['-n', namespaceOf(name, host), 'link', 'set', 'eth0', 'up']);
  }
}

export async function removeHosts(name: string): Promise<void> {
  for (const host of ['gateway', ...hosts] as const) {
    await execa('ip', ['netns', 'delete', namespaceOf(name, host)], { reject: false });
  }
}

function inside(namespace: string, script: string) {
  return execa('nsenter', [`--net=/run/netns/${namespace}`, 'sh', '-ec', script]);
}

/** Neighbours are fixed, so no packet waits until somebody has said who has an address. */
function linkLines(name: string, link: Link, number: number): string[] {
  const mac = (end: number) => `02:00:00:00:0${number}:0${end}`;
  const { host, gateway, addresses, neighbours, routes } = link;
  const peer = `peer name eth0 address ${mac(2)} netns ${namespaceOf(name, host)}`;
  return [
    `link add ${gateway} address ${mac(1)} type veth ${peer}`,
    `link set ${gateway} up`,
    ...addresses.map((one) => `address add ${one} dev ${gateway}${isIpv6(one) ? ' nodad' : ''}`),
    ...neighbours.map((one) => `neigh add ${one} lladdr ${mac(2)} dev ${gateway} nud permanent`),
    ...routes.map(
      (one) => `route add ${isIpv6(one) ? '::/0' : '0.0.0.0/0'} via ${one} dev ${gateway}`,
    ),
  ];
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}
