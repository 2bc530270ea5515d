import type { Address } from '../../src/policy/index.ts';
import type { ProgramObject } from '../kernel/index.ts';
import { addressBytes } from '../tables/index.ts';

export interface SourcePlace {
  readonly slot: number;
  readonly ifindex: number;
  readonly address: Address;
}

/**
 * Says for whom a source acts, as if its workload had just registered so.
 * @param principals bits; undefined: not known
 * @returns what makes it as it was
 */
export function giveSourcePrincipals(
  { sp_sources }: ProgramObject['maps'],
  { slot, ifindex, address }: SourcePlace,
  principals: bigint | undefined,
): () => void {
  const addr = new Uint8Array(addressBytes(address));
  const key = { prefix_length: 64 + 128, slot, ifindex, addr };
  // What is found is the longest prefix that holds the address: an entry of its own may say the same again.
  const before = sp_sources.get(key);
  if (!before) return () => {};
  const known = principals === undefined ? 0 : 1;
  sp_sources.set(key, { ...before, principals: principals ?? 0n, principals_known: known });
  return () => sp_sources.set(key, before);
}
