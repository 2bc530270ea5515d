import { InvalidArgumentError } from 'commander';
import { type Cidr, parseCidr } from '../../src/policy/index.ts';

/** An interface to be governed, and the blocks that live behind it; absent: those that routes say. */
export interface GovernedInterface {
  readonly name: string;
  readonly holds?: readonly Cidr[];
}

/** `NAME` or `NAME=CIDR,…`; one of the same name comes in place of an earlier one. */
export function interfaceOption(
  value: string,
  before: readonly GovernedInterface[] = [],
): GovernedInterface[] {
  const [name = '', blocks] = value.split('=');
  const others = before.filter((one) => one.name !== name);
  return [...others, blocks === undefined ? { name } : { name, holds: parsed(blocks) }];
}

function parsed(blocks: string): Cidr[] {
  return blocks.split(',').map((text) => {
    const cidr = parseCidr(text);
    if (typeof cidr !== 'string') return cidr;
    throw new InvalidArgumentError(`"${text}" is no block such as 10.8.1.2/32: ${cidr}`);
  });
}
