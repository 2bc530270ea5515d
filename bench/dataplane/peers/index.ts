import { ipset } from './ipset.ts';
import { nftables } from './nftables.ts';
import type { PeerKind } from './peer.ts';
import { sallyport } from './sallyport.ts';
import { unfiltered } from './unfiltered.ts';

export type { Peer, PeerKind, Rules } from './peer.ts';
export { unfilteredName } from './unfiltered.ts';

/** All that a packet can meet on its way, in the order of the tables. */
export const peerKinds: readonly PeerKind[] = [
  unfiltered,
  sallyport,
  nftables('hash set', true),
  nftables('verdict map', true),
  nftables('interval set', true),
  ipset,
  nftables('hash set', false),
  nftables('verdict map', false),
  nftables('interval set', false),
];
