import type { Cidr } from '../../../src/policy/index.ts';
import { dotted } from '../dotted.ts';
import { type Router, runIn } from '../scene.ts';
import { connectionTable } from './connection-table.ts';
import type { Peer, PeerKind } from './peer.ts';

const name = 'ipset, conntrack';
const create = (set: string) => `create ${set} hash:ip,port maxelem 1048576`;
const element = ({ value }: Cidr) => `${dotted(Number(value))},tcp:443`;
const filter = `*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -m conntrack --ctstate NEW -m set --match-set allowed dst,dst -j ACCEPT
COMMIT
`;

/** Addresses with ports in a hash, behind the kernel's connection tracking. */
export const ipset: PeerKind = {
  name,
  stateful: true,
  needs: [
    ['ipset', 'ipset'],
    ['iptables-legacy-restore', 'iptables'],
    ['conntrack', 'conntrack'],
  ],
  start,
};

async function start({ namespace }: Router): Promise<Peer> {
  const restore = (lines: readonly string[]) => runIn(namespace, ['ipset', 'restore'], lines);
  const table = await connectionTable(namespace, true);
  await restore([create('allowed')]);
  await runIn(namespace, ['iptables-legacy-restore'], [filter]);
  let present: readonly Cidr[] = [];
  return {
    name,
    stateful: true,
    setRules: async ({ blocks }) => {
      const added = blocks.map((block) => `add next ${element(block)}`);
      await restore([create('next'), ...added, 'swap next allowed', 'destroy next']);
      present = blocks;
    },
    changeOne: async ({ blocks }) => {
      const before = new Set(present);
      const after = new Set(blocks);
      await restore([
        ...present.filter((block) => !after.has(block)).map((one) => `del allowed ${element(one)}`),
        ...blocks.filter((block) => !before.has(block)).map((one) => `add allowed ${element(one)}`),
      ]);
      present = blocks;
    },
    ...table,
    rest: async () => {},
    close: async () => {},
  };
}
