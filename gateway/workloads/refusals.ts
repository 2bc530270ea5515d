import { RegistryError } from './registry-error.ts';

export function notReady(): RegistryError {
  return new RegistryError(
    'not-ready',
    'This gateway has no rules yet that say which agent a workload is.',
    'Try again when its policies are in order; see the gateway’s log.',
  );
}

export function noRoom(what: string): RegistryError {
  return new RegistryError(
    'no-room',
    `The registry is full: ${what}.`,
    'Remove workloads that have gone, or let them register with shorter leases.',
  );
}

export function notFound(id: string): RegistryError {
  return new RegistryError(
    'not-found',
    `No workload ${id} is registered.`,
    'It may have expired: register it again.',
  );
}

export function idTaken(id: string): RegistryError {
  return new RegistryError(
    'id-taken',
    `Workload ${id} was registered by somebody else.`,
    'Choose another name; one that begins with your own keeps names apart.',
  );
}

export function addressTaken(address: string): RegistryError {
  return new RegistryError(
    'address-taken',
    `${address} is registered for another workload.`,
    'Remove that one first, or wait until its lease ends.',
  );
}
