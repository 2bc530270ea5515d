import { execa } from 'execa';
import { type Cidr, hostCidr, parseAddress, parseCidr } from '../../src/policy/index.ts';
import { KernelError } from '../kernel/index.ts';
import type { Binding } from '../tables/index.ts';

/** A governed interface as it is now. */
export interface Interface {
  readonly name: string;
  readonly ifindex: number;
  /** Blocks that the routing table sends through it, the default route left out. */
  readonly routes: readonly Cidr[];
}

/** How long `ip` may take: what waits for it are new rules too. */
const IP_MS = 10_000;

interface LinkRow {
  readonly ifname: string;
  readonly ifindex: number;
  readonly link_type: string;
}

interface RouteRow {
  readonly dst: string;
  readonly dev?: string;
  readonly type?: string;
}

/**
 * Interfaces by name, in this network namespace; those that do not exist are left out.
 * @throws KernelError `bad-interface` for one that carries no Ethernet frames
 */
export async function readInterfaces(names: readonly string[]): Promise<Interface[]> {
  const [links, routes4, routes6] = await Promise.all([
    ip<LinkRow>(['link', 'show']),
    ip<RouteRow>(['-4', 'route', 'show', 'table', 'main']),
    ip<RouteRow>(['-6', 'route', 'show', 'table', 'main']),
  ]);
  return names.flatMap((name) => {
    const link = links.find(({ ifname }) => ifname === name);
    if (!link) return [];
    if (link.link_type !== 'ether') {
      throw new KernelError(
        'bad-interface',
        `Interface ${name} carries no Ethernet frames (${link.link_type}): it cannot be governed.`,
      );
    }
    const routes = [...routes4, ...routes6].filter(({ dev }) => dev === name).flatMap(destination);
    return [{ name, ifindex: link.ifindex, routes }];
  });
}

/** Every interface of this network namespace. */
export async function listInterfaces(): Promise<{ name: string; ifindex: number }[]> {
  const links = await ip<LinkRow>(['link', 'show']);
  return links.map(({ ifname, ifindex }) => ({ name: ifname, ifindex }));
}

/**
 * Behind a gateway's only governed interface every workload may live; of several, each has those that the routing
 * table sends through it, or an agent could use another's addresses from its own port (rule D11). What is stated comes
 * before both.
 */
export function bindingsOf(
  interfaces: readonly (Interface & { readonly holds?: readonly Cidr[] | undefined })[],
  alone: boolean,
): Binding[] {
  return interfaces.map(({ ifindex, routes, holds }) => ({
    ifindex,
    holds: holds ?? (alone ? 'all' : routes),
  }));
}

function destination({ dst, type }: RouteRow): Cidr[] {
  if (dst === 'default' || (type !== undefined && type !== 'unicast')) return [];
  const cidr = parseCidr(dst);
  if (typeof cidr !== 'string') return [cidr];
  const address = parseAddress(dst);
  return address ? [hostCidr(address)] : [];
}

async function ip<Row>(args: readonly string[]): Promise<Row[]> {
  const { stdout } = await execa('ip', ['-json', ...args], { timeout: IP_MS });
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Row[]);
}
