import { runIn } from '../scene.ts';
import type { Peer } from './peer.ts';

/** The kernel's own table of connections in a namespace, or that there is none. */
export async function connectionTable(
  namespace: string,
  tracking: boolean,
): Promise<Pick<Peer, 'knownFlows' | 'forgetFlows'>> {
  if (!tracking) return { knownFlows: async () => undefined, forgetFlows: async () => {} };
  // A network card has checked the sum of a segment already: it must not be done once more here.
  await runIn(namespace, ['sysctl', '-qw', 'net.netfilter.nf_conntrack_checksum=0']);
  return {
    knownFlows: async () => Number(await runIn(namespace, ['conntrack', '-C'])),
    forgetFlows: async () => {
      await runIn(namespace, ['conntrack', '-F']);
    },
  };
}
