import type { Cidr } from '../../../src/policy/index.ts';
import { dotted } from '../dotted.ts';
import { type Router, runIn } from '../scene.ts';
import { connectionTable } from './connection-table.ts';
import type { Peer, PeerKind, Rules } from './peer.ts';

type Lookup = 'hash set' | 'verdict map' | 'interval set';

interface Shape {
  /** How the set or map is declared. */
  readonly declaration: string;
  readonly element: (block: Cidr) => string;
  /** How a packet is looked up, by its destination, or its source on the way back. */
  readonly match: (address: 'daddr' | 'saddr', port: 'dport' | 'sport') => string;
}

const address = ({ value }: Cidr) => dotted(Number(value));

const shapes: Readonly<Record<Lookup, Shape>> = {
  'hash set': {
    declaration: 'set allowed { type ipv4_addr . inet_service; size 1048576; }',
    element: (block) => `${address(block)} . 443`,
    match: (ip, port) => `ip ${ip} . tcp ${port} @allowed accept`,
  },
  'verdict map': {
    declaration: 'map allowed { type ipv4_addr . inet_service : verdict; size 1048576; }',
    element: (block) => `${address(block)} . 443 : accept`,
    match: (ip, port) => `ip ${ip} . tcp ${port} vmap @allowed`,
  },
  // Not concatenated with the port: that would be the far slower pipapo.
  'interval set': {
    declaration: 'set allowed { type ipv4_addr; flags interval; size 1048576; }',
    element: (block) => `${address(block)}/${block.length}`,
    match: (ip, port) => `tcp ${port} 443 ip ${ip} @allowed accept`,
  },
};

export function nftables(lookup: Lookup, tracking: boolean): PeerKind {
  const name = `nftables ${lookup}${tracking ? ', conntrack' : ''}`;
  const shape = shapes[lookup];
  return {
    name,
    stateful: tracking,
    needs: [['nft', 'nftables'], ...(tracking ? ([['conntrack', 'conntrack']] as const) : [])],
    start: async (router) => start(router, name, shape, tracking),
  };
}

async function start(router: Router, name: string, shape: Shape, tracking: boolean): Promise<Peer> {
  const nft = (input: string) => runIn(router.namespace, ['nft', '-f', '-'], [input]);
  const table = await connectionTable(router.namespace, tracking);
  let present: readonly Cidr[] = [];
  const apply = async ({ blocks }: Rules) => {
    // One transaction: the table goes and comes back whole.
    await nft(
      `table ip bench {}\ndelete table ip bench\ntable ip bench {\n${shape.declaration}\n${chain(shape, tracking)}\n}\n${adding(shape, blocks)}`,
    );
    present = blocks;
  };
  return {
    name,
    stateful: tracking,
    setRules: apply,
    changeOne: async ({ blocks }) => {
      const before = new Set(present);
      const after = new Set(blocks);
      const added = blocks.filter((block) => !before.has(block));
      const gone = present.filter((block) => !after.has(block));
      await nft(`${elements('delete', shape, gone)}${adding(shape, added)}`);
      present = blocks;
    },
    ...table,
    rest: async () => {},
    close: async () => {},
  };
}

function chain(shape: Shape, tracking: boolean): string {
  const there = shape.match('daddr', 'dport');
  const rules = tracking
    ? ['ct state established,related accept', 'ct state invalid drop', there]
    : [`iifname inside ${there}`, `iifname outside ${shape.match('saddr', 'sport')}`];
  return `chain forward {\ntype filter hook forward priority filter; policy drop;\n${rules.join('\n')}\n}`;
}

const adding = (shape: Shape, blocks: readonly Cidr[]) => elements('add', shape, blocks);

function elements(verb: 'add' | 'delete', shape: Shape, blocks: readonly Cidr[]): string {
  if (blocks.length === 0) return '';
  return `${verb} element ip bench allowed { ${blocks.map(shape.element).join(', ')} }\n`;
}
