/** An address of a host and of the gateway on the same link, with the length of the prefix they share. */
interface LinkAddress {
  readonly host: string;
  readonly gateway: string;
  readonly length: number;
}

export interface Host {
  readonly name: string;
  /**
   * `agent`: governed. `service`: on the services network. `outside`: what stands for the internet. `control`: where the
   * gateway's own server is.
   */
  readonly role: 'agent' | 'service' | 'outside' | 'control';
  /** The gateway's end of a link of its own; a service shares the bridge. At most 15 characters. */
  readonly gatewayInterface: string;
  readonly ipv4: LinkAddress;
  readonly ipv6: LinkAddress;
}

/** Name of the gateway's own namespace, after the instance's prefix. */
export const gatewayHost = 'gateway';

/** The bridge in the gateway's namespace that is the services network. */
export const servicesBridge = 'services';

const service = (name: string, last: number): Host => ({
  name,
  role: 'service',
  gatewayInterface: `svc-${name}`,
  ipv4: { host: `10.20.0.${last}`, gateway: '10.20.0.1', length: 24 },
  ipv6: { host: `fd00:20::${last}`, gateway: 'fd00:20::1', length: 64 },
});

/**
 * Every host but the gateway. Agents, the outside and the control host have a link of their own to the gateway, with a subnet of their own:
 * the gateway routes between all of them. The network 10.66.0.0/30 stands for the internet; nothing here has a way out.
 */
export const hosts = [
  {
    name: 'invoice-processor',
    role: 'agent',
    gatewayInterface: 'agent-invoice',
    ipv4: { host: '10.8.1.2', gateway: '10.8.1.1', length: 30 },
    ipv6: { host: 'fd00:8:1::2', gateway: 'fd00:8:1::1', length: 64 },
  },
  {
    name: 'research-assistant',
    role: 'agent',
    gatewayInterface: 'agent-research',
    ipv4: { host: '10.8.2.2', gateway: '10.8.2.1', length: 30 },
    ipv6: { host: 'fd00:8:2::2', gateway: 'fd00:8:2::1', length: 64 },
  },
  service('resolver', 53),
  service('billing', 43),
  service('papers', 80),
  service('ledger', 32),
  service('vault', 66),
  {
    name: 'attacker',
    role: 'outside',
    gatewayInterface: 'outside',
    ipv4: { host: '10.66.0.2', gateway: '10.66.0.1', length: 30 },
    ipv6: { host: 'fd00:66::2', gateway: 'fd00:66::1', length: 64 },
  },
  {
    name: 'control',
    role: 'control',
    gatewayInterface: 'control',
    ipv4: { host: '10.30.0.2', gateway: '10.30.0.1', length: 30 },
    ipv6: { host: 'fd00:30::2', gateway: 'fd00:30::1', length: 64 },
  },
] as const satisfies readonly Host[];

export type HostName = (typeof hosts)[number]['name'];

/** The hosts whose traffic the gateway governs. */
export const agents: readonly Host[] = hosts.filter((host) => host.role === 'agent');

/** The host of that name. */
export function hostNamed(name: HostName): Host {
  return hosts.find((host) => host.name === name) as Host;
}
