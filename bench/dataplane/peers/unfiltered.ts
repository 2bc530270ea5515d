import type { PeerKind } from './peer.ts';

export const unfilteredName = 'no filter';

/** A router that lets everything pass: what all others are compared with. */
export const unfiltered: PeerKind = {
  name: unfilteredName,
  stateful: false,
  needs: [],
  start: async () => ({
    name: unfilteredName,
    stateful: false,
    setRules: async () => {},
    changeOne: async () => {},
    knownFlows: async () => undefined,
    forgetFlows: async () => {},
    rest: async () => {},
    close: async () => {},
  }),
};
