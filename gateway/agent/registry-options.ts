import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import type { WorkloadOptions } from './workload-service.ts';

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** By what ways workloads may come to the registry. */
export interface RegistryOptions {
  readonly registryGroup?: string;
  readonly registryListen?: ListenAddress;
  readonly registryCert?: string;
  readonly registryKey?: string;
  readonly registryCa?: string;
  readonly registryClients?: string;
}

export function addRegistryOptions(command: Command): void {
  const more = 'with --registry-listen:';
  command
    .option('--registry-group <name>', 'its members may register workloads on this machine')
    .option(
      '--registry-listen <address:port>',
      'let workloads be registered over HTTPS here too',
      listenOption,
    )
    .option('--registry-cert <file>', `${more} this gateway’s certificate`)
    .option('--registry-key <file>', `${more} its private key`)
    .option('--registry-ca <file>', `${more} who signs the certificates of clients`)
    .option('--registry-clients <file>', `${more} who may register what`);
}

/** @throws Error where the registry would be open to the network and it is not said to whom */
export function workloadOptions(options: RegistryOptions): WorkloadOptions {
  const { registryGroup: group, registryListen: address } = options;
  const {
    registryCert: cert,
    registryKey: key,
    registryCa: ca,
    registryClients: clients,
  } = options;
  const local = group === undefined ? {} : { group };
  if (!address && [cert, key, ca, clients].every((file) => file === undefined)) return local;
  if (!address || !cert || !key || !ca || !clients) {
    throw new Error(
      '--registry-listen, --registry-cert, --registry-key, --registry-ca and --registry-clients go together: ' +
        'where to listen, by which certificate, whose certificates clients need, and who may register what.',
    );
  }
  return { ...local, network: { ...address, cert, key, ca, clients } };
}

/** `10.0.0.5:8443`, `[fd00::5]:8443` */
function listenOption(value: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(value) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  if (isIP(host) === (bracketed ? 6 : 4) && port >= 1 && port <= 65535) return { host, port };
  throw new InvalidArgumentError(
    'an address of this machine and a port, as 10.0.0.5:8443 or [fd00::5]:8443',
  );
}
