import { type Cidr, parseCidr } from '../../policy/index.ts';

/** A CIDR that rules or regions state, which are in order. */
export function statedCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') throw new Error(`not a CIDR: ${text}`);
  return cidr;
}
