import type { RuleSet } from '../../src/rules/index.ts';
import type { ProgramName } from '../kernel/index.ts';
import type { Binding } from '../tables/index.ts';
import type { Gateway } from './gateway.ts';

/** Where a gateway's programs stand. */
export interface Site {
  /** As people know it: the interfaces, or the cgroup. */
  readonly names: readonly string[];
  /** Whether packets find their way after they were judged: then clauses can name it. */
  readonly forwards: boolean;
  /** What becomes of enforcement when this process ends, for the log. */
  readonly afterwards: string;
  /** Programs of the gateway that have nothing to do here. */
  readonly leavesOut: readonly ProgramName[];
  /** How many flows there can be at most; absent: as many as the table holds that all agents share. */
  readonly flows?: number;
  /** From its return on every packet is judged. @throws KernelError for what the machine refuses */
  attach(gateway: Gateway): void;
  /** Where programs are gone or replaced, for people. */
  missing(gateway: Gateway): readonly string[];
  /** Puts back what is missing, and looks who lives where. */
  follow(gateway: Gateway): Promise<void>;
  bindings(): readonly Binding[];
  /** What an event calls the place of that number; undefined for one that has gone. */
  nameOf(ifindex: number): string | undefined;
  /** @throws Error for rules that are sound, and of no use here */
  check(ruleSet: RuleSet): void;
}
