import { type Address, type Cidr, cidrHolds, formatAddress } from '../../src/policy/index.ts';
import { RegistryError } from './registry-error.ts';

/** Whoever speaks to the registry. */
export interface Client {
  /** The identity of its certificate; `null`: a process on this machine that may open the socket. */
  readonly identity: string | null;
  /** Whether it may see, change and remove a registration. */
  owns(registration: { readonly by: string | null }): boolean;
  /** @throws RegistryError `not-permitted` */
  check(agent: string, addresses: readonly Address[]): void;
}

/** Who may open the Unix socket may do all. */
export const localClient: Client = { identity: null, owns: () => true, check: () => {} };

/** What the certificate of a client permits. */
export interface Permit {
  /** A URI or DNS name of the certificate; `*`: any that the authority has signed. */
  readonly identity: string;
  /** Agents whose workloads it may register; absent: all. */
  readonly agents?: readonly string[];
  /** Blocks in which their addresses must lie; absent: anywhere. */
  readonly addresses?: readonly Cidr[];
}

/** A client elsewhere: it has what it registered itself, and nothing more than its permit says. */
export function remoteClient(identity: string, { agents, addresses: blocks }: Permit): Client {
  return {
    identity,
    owns: ({ by }) => by === identity,
    check: (agent, addresses) => {
      if (agents && !agents.includes(agent)) {
        throw notPermitted(`${identity} may not register workloads of AgentPolicy/${agent}.`);
      }
      const outside = addresses.find(
        (address) => blocks && !blocks.some((block) => cidrHolds(block, address)),
      );
      if (outside) throw notPermitted(`${identity} may not register ${formatAddress(outside)}.`);
    },
  };
}

export function notPermitted(message: string): RegistryError {
  return new RegistryError(
    'not-permitted',
    message,
    'Whoever runs the gateway says in the file of --registry-clients who may register what.',
  );
}
