/** One lab among possibly several on a machine. Everything it makes carries its name, so that it is found without any record. */
export interface Instance {
  readonly name: string;
  /** What the names of its network namespaces begin with. */
  readonly prefix: string;
  /** State, logs, keys and sockets. */
  readonly runDirectory: string;
  /** Where the gateway's process answers. */
  readonly controlDirectory: string;
  /** Where its gateway pins programs and maps. */
  readonly pinDirectory: string;
  readonly lockFile: string;
}

/** Environment variable that every process of a lab carries, with the instance's name as its value. */
export const processMark = 'SALLYPORT_LAB';

/** @throws {RangeError} when the name cannot be told apart from others in the names of namespaces. */
export function labInstance(name = 'lab'): Instance {
  // No hyphen: `sp-a-` must not be how the namespaces of an instance `a-b` begin.
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    throw new RangeError(
      `"${name}" cannot name a lab: use 1 to 12 lower-case letters and digits, a letter first`,
    );
  }
  return {
    name,
    prefix: `sp-${name}-`,
    runDirectory: `/run/sallyport-${name}`,
    pinDirectory: `/sys/fs/bpf/sallyport/${name}`,
    controlDirectory: `/run/sallyport/${name}`,
    lockFile: `/run/sallyport-${name}.lock`,
  };
}

/** Name of the network namespace of a host. */
export function namespaceOf(instance: Instance, host: string): string {
  return `${instance.prefix}${host}`;
}

/** Path by which a network namespace is entered. */
export function namespacePath(namespace: string): string {
  return `/run/netns/${namespace}`;
}
