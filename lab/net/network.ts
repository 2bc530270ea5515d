import { mkdir, writeFile } from 'node:fs/promises';
import { allSettled } from './all-settled.ts';
import { command } from './command.ts';
import { type Instance, namespaceOf } from './instance.ts';
import { addNamespace } from './namespace.ts';
import { gatewayHost, type Host, hostNamed, hosts, servicesBridge } from './topology.ts';

/**
 * Makes the namespaces, links, addresses and routes of an instance. Nothing forwards yet.
 * Both ends of a link are born inside namespaces, so no link is ever in the machine's own one, and none outlives its namespace.
 */
export async function buildNetwork(instance: Instance, signal?: AbortSignal): Promise<void> {
  const names = [gatewayHost, ...hosts.map((host) => host.name)];
  await allSettled(names.map((name) => addNamespace(namespaceOf(instance, name), signal)));
  const gateway = namespaceOf(instance, gatewayHost);
  await batch(gateway, gatewayLines(instance), signal);
  await allSettled(
    hosts.map((host) => batch(namespaceOf(instance, host.name), hostLines(host), signal)),
  );
  await allSettled(hosts.map((host) => writeResolverConfiguration(instance, host)));
}

async function batch(namespace: string, lines: readonly string[], signal?: AbortSignal) {
  await command('ip', ['-n', namespace, '-batch', '-'], { input: `${lines.join('\n')}\n`, signal });
}

function gatewayLines(instance: Instance): string[] {
  const bridge = `link add ${servicesBridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`;
  return [
    'link set lo up',
    bridge,
    ...gatewayAddresses(servicesBridge, hosts.find((host) => host.role === 'service') as Host),
    ...hosts.flatMap((host) => {
      const peer = `peer name eth0 netns ${namespaceOf(instance, host.name)}`;
      const link = `link add ${host.gatewayInterface} type veth ${peer}`;
      return host.role === 'service'
        ? [link, `link set ${host.gatewayInterface} master ${servicesBridge} up`]
        : [link, ...gatewayAddresses(host.gatewayInterface, host)];
    }),
  ];
}

function gatewayAddresses(link: string, { ipv4, ipv6 }: Host): string[] {
  return [
    `link set ${link} up`,
    `address add ${ipv4.gateway}/${ipv4.length} dev ${link}`,
    `address add ${ipv6.gateway}/${ipv6.length} dev ${link} nodad`,
  ];
}

function hostLines({ ipv4, ipv6 }: Host): string[] {
  return [
    'link set lo up',
    'link set eth0 up',
    `address add ${ipv4.host}/${ipv4.length} dev eth0`,
    `address add ${ipv6.host}/${ipv6.length} dev eth0 nodad`,
    `route add default via ${ipv4.gateway}`,
    `route add ::/0 via ${ipv6.gateway}`,
  ];
}

/** `ip netns exec` shows this file to the programs in the namespace as their /etc/resolv.conf. */
async function writeResolverConfiguration(instance: Instance, host: Host): Promise<void> {
  const directory = resolverConfigurationOf(namespaceOf(instance, host.name));
  await mkdir(directory, { recursive: true });
  const resolver = hostNamed('resolver').ipv4.host;
  const text = `nameserver ${resolver}\noptions timeout:1 attempts:1\n`;
  await writeFile(`${directory}/resolv.conf`, text);
}

/** The folder whose files `ip netns exec` lays over /etc. */
function resolverConfigurationOf(namespace: string): string {
  return `/etc/netns/${namespace}`;
}
