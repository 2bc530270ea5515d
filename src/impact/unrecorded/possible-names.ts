import type { HostPattern } from '../../policy/index.ts';
import { covers, RuledOut } from './host-sets.ts';

type Choose = () => boolean;

/** Names that an agent may have learned for an address: none, or any number of them. */
export class PossibleNames {
  /** In each of these lies one at least. */
  readonly #some: HostPattern[] = [];
  readonly #none = new RuledOut();

  nameIn(host: HostPattern, choose: Choose): boolean {
    if (this.#some.some((one) => covers(host, one))) return true;
    if (this.#none.covers(host)) return false;
    const answer = choose();
    if (answer) this.#some.push(host);
    else this.#none.add(host);
    return answer;
  }
}

/** The server name of a ClientHello: one or none. */
export class PossibleServerName {
  /** The smallest pattern that it lies in. */
  #inside: HostPattern | undefined;
  readonly #none = new RuledOut();

  serverNameIn(host: HostPattern, choose: Choose): boolean {
    if (this.#inside && covers(host, this.#inside)) return true;
    if (this.#inside && !covers(this.#inside, host)) return false;
    if (this.#none.covers(host)) return false;
    const answer = choose();
    if (answer) this.#inside = host;
    else this.#none.add(host);
    return answer;
  }
}
