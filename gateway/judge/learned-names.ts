import type { Address } from '../../src/policy/index.ts';
import type { ProgramObject } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { addressWords, reversedName } from '../tables/index.ts';

const FOREVER = 0x7fff_ffff_ffff_ffffn;

/** Puts names into the kernel's memory of DNS answers as if the agent had just learned them. */
export class LearnedNames {
  readonly #object: ProgramObject;

  constructor(object: ProgramObject) {
    this.#object = object;
  }

  /** @returns what makes the agent forget them again */
  teach(agent: number, address: Address, names: readonly string[]): () => void {
    const { sp_learned, sp_names } = this.#object.maps;
    const known = [...new Set(names)].slice(0, constants.NAMES_PER_ADDRESS);
    if (known.length === 0) return () => {};
    const nameKeys = known.map((_, i) => ({ agent, pad: 0, id: BigInt(i + 1) }));
    known.forEach((name, i) => {
      const reversed = reversedName(name);
      const text = new Uint8Array(constants.MAX_NAME);
      text.set(reversed);
      sp_names.set(nameKeys[i] as (typeof nameKeys)[number], {
        last_used: FOREVER,
        flows: 0,
        length: reversed.length,
        labels: name.split('.').length,
        text,
        pad: 0,
      });
    });
    const key = { agent, pad: 0, addr: addressWords(address) };
    const slots = nameKeys.map(({ id }) => ({ name: id, expires: FOREVER }));
    sp_learned.set(key, { names: slots });
    return () => {
      sp_learned.delete(key);
      sp_names.deleteAll(nameKeys);
    };
  }
}
