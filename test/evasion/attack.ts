import type { Reason } from '../../src/rules/index.ts';
import type { HostName } from './hosts.ts';

/** Frames that one host sends, and what must become of all of them. */
export interface Step {
  readonly from: HostName;
  /** Python expressions over scapy's layers, in which the places of hosts.ts and `port` are known. */
  readonly send: string | readonly string[];
  /** Where every frame arrives; absent: nothing arrives anywhere. */
  readonly reaches?: HostName;
  /** How many frames come back to who sent them; absent: whatever does. */
  readonly returned?: number;
  /** Under which every frame is counted; default `allowed`. */
  readonly reason?: Reason;
  /** Packets that are counted beside, because somebody answers. */
  readonly beside?: Partial<Record<Reason, number>>;
}

/** What an attacker tries, by what it is called. */
export type Attacks = Readonly<Record<string, readonly Step[]>>;
