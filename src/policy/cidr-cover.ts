import { addressBits } from './address.ts';
import { type Cidr, cidrHolds } from './cidr.ts';

/** Whether every address of `cidr` lies in one of the blocks, be it that several share it. */
export function isCovered(cidr: Cidr, blocks: readonly Cidr[]): boolean {
  if (blocks.some((block) => cidrHolds(block, cidr))) return true;
  const inside = blocks.filter((block) => cidrHolds(cidr, block));
  return inside.length > 1 && halvesOf(cidr).every((half) => isCovered(half, inside));
}

/** Two blocks that make up this one. Only called where there are blocks inside it, so it is no single address. */
function halvesOf(cidr: Cidr): Cidr[] {
  const length = cidr.length + 1;
  const upper = 1n << BigInt(addressBits[cidr.family] - length);
  return [
    { ...cidr, length },
    { ...cidr, length, value: cidr.value | upper },
  ];
}
