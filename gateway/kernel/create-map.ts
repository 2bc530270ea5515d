import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** From linux/bpf.h. */
const types = { array: 2 } as const;

/** A map of its own, outside of any object. @returns its descriptor, which the caller closes */
export function createMap(
  type: keyof typeof types,
  name: string,
  keySize: number,
  valueSize: number,
  entries: number,
): number {
  const result = libbpf().mapCreate(types[type], name, keySize, valueSize, entries, null);
  return checked(`creating map ${name}`, result);
}
