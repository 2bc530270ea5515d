import type { Cidr } from '../../../src/policy/index.ts';
import type { Router } from '../scene.ts';

/** What may be reached: TCP port 443 in these blocks, and nothing else. */
export interface Rules {
  readonly blocks: readonly Cidr[];
}

/** Something that decides which packets a router forwards. */
export interface Peer {
  readonly name: string;
  /** Whether it remembers connections, and lets replies in by that alone. */
  readonly stateful: boolean;
  /** Puts rules in the place of those before. */
  setRules(rules: Rules): Promise<void>;
  /** The same rules with one block more or less than now: however it is done at its quickest. */
  changeOne(rules: Rules): Promise<void>;
  /** How many connections it knows; undefined where it keeps none. */
  knownFlows(): Promise<number | undefined>;
  forgetFlows(): Promise<void>;
  /** After each burst: what others do in their own time, such as reading a log. @throws Error for what was lost */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of peer, before it has a router to stand on. */
export interface PeerKind {
  readonly name: string;
  readonly stateful: boolean;
  /** Programs it needs, and the Debian package of each. */
  readonly needs: readonly (readonly [program: string, debianPackage: string])[];
  start(router: Router): Promise<Peer>;
}
