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

  /**
   * @param said the server name is one that a ClientHello has said, learned or not
   * @returns what makes the agent forget them again
   */
  teach(
    agent: number,
    address: Address,
    said: { readonly names: readonly string[]; readonly sni: string | undefined },
  ): () => void {
    const { sp_learned } = this.#object.maps;
    const known = [...new Set(said.names)].slice(0, constants.NAMES_PER_ADDRESS);
    const numbered = known.map((name, i): [number, string] => [i + 1, name]);
    const all =
      said.sni === undefined
        ? numbered
        : [...numbered, [constants.GIVEN_SERVER_NAME, said.sni] as const];
    const forgetNames = all.map(([id, name]) => this.#intern(agent, BigInt(id), name));
    const key = { agent, pad: 0, addr: addressWords(address) };
    const slots = numbered.map(([id]) => ({ name: BigInt(id), expires: FOREVER }));
    if (slots.length > 0) {
      sp_learned.set(key, { names: slots });
      this.#count(agent, 1);
    }
    return () => {
      if (slots.length > 0 && sp_learned.delete(key)) this.#count(agent, -1);
      for (const forget of forgetNames) forget();
    };
  }

  /** An agent that has learned nothing is not looked up. */
  #count(agent: number, more: number): void {
    const { sp_agent_use } = this.#object.maps;
    const use = sp_agent_use.get(agent);
    if (use) sp_agent_use.set(agent, { ...use, learned: use.learned + more });
  }

  #intern(agent: number, id: bigint, name: string): () => void {
    const { sp_names } = this.#object.maps;
    const key = { agent, pad: 0, id };
    const reversed = reversedName(name);
    const text = new Uint8Array(constants.MAX_NAME);
    text.set(reversed);
    sp_names.set(key, {
      last_used: FOREVER,
      flows: 0,
      length: reversed.length,
      labels: name.split('.').length,
      text,
      pad: 0,
    });
    return () => sp_names.delete(key);
  }
}
