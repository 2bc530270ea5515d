import {
  describeLeftovers,
  findLeftovers,
  hosts,
  type Instance,
  isAlive,
  namespaceOf,
} from '../net/index.ts';
import { gatewayLogPath } from './gateway.ts';
import { readState } from './state.ts';

export interface LabStatus {
  readonly instance: string;
  /** `partly`: something of it is dead, or left behind by a run that was killed. */
  readonly state: 'up' | 'partly' | 'down';
  readonly since?: string;
  readonly policies?: string;
  /** In place of `policies`, where the gateway takes bundles. */
  readonly bundles?: { readonly url: string; readonly group: string };
  readonly hosts: readonly HostStatus[];
  readonly gateway?: { readonly pid: number; readonly running: boolean; readonly log: string };
  /** Whether programs and rules are pinned, so that they hold without the gateway's process. */
  readonly pinned: boolean;
  /** Everything that exists of the instance, for what has no record. */
  readonly exists: readonly string[];
}

interface HostStatus {
  readonly name: string;
  readonly role: string;
  readonly namespace: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly services: readonly {
    readonly name: string;
    readonly description: string;
    readonly pid: number;
    readonly running: boolean;
  }[];
}

/** How a lab is now, from its record and from what really exists. */
export async function status(instance: Instance): Promise<LabStatus> {
  const state = await readState(instance);
  const leftovers = await findLeftovers(instance);
  const exists = describeLeftovers(leftovers);
  const pinned = leftovers.pins.length > 0;
  if (!state) {
    const found = exists.length > 0 ? 'partly' : 'down';
    return { instance: instance.name, state: found, hosts: [], pinned, exists };
  }
  const services = await Promise.all(
    state.services.map(async (service) => ({ ...service, running: await isAlive(service) })),
  );
  const gateway = state.gateway && {
    pid: state.gateway.pid,
    running: await isAlive(state.gateway),
    log: gatewayLogPath(instance),
  };
  const whole = services.every(({ running }) => running) && (gateway?.running ?? true);
  return {
    instance: instance.name,
    state: whole ? 'up' : 'partly',
    since: state.since,
    ...(state.bundles
      ? { bundles: { url: state.bundles.url, group: state.bundles.group } }
      : { policies: state.policies }),
    hosts: hosts.map(({ name, role, ipv4, ipv6 }) => ({
      name,
      role,
      namespace: namespaceOf(instance, name),
      ipv4: ipv4.host,
      ipv6: ipv6.host,
      services: services
        .filter((service) => service.host === name)
        .map(({ name, description, pid, running }) => ({ name, description, pid, running })),
    })),
    ...(gateway && { gateway }),
    pinned,
    exists,
  };
}
