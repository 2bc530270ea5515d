import type { Problem } from '../../src/policy/index.ts';
import type { RuleSet } from '../../src/rules/index.ts';

/** Rules that are to be put in force, and where they come from. */
export interface RuleUpdate {
  readonly ruleSet: RuleSet;
  /** The gateway group whose routes count; absent: that of the only one that there is. */
  readonly group?: string;
  readonly origin: Origin;
  /** When work on it began, by `performance.now()`: how long it took is told. */
  readonly startedAt: number;
  /** Called once the rules are in force in the kernel. */
  readonly accepted?: () => Promise<void>;
}

/** Stamped on what is logged while these rules are in force. */
export interface Origin {
  readonly commit?: string;
  readonly sequence?: number;
}

/** Why rules did not come, or may not be used: those in force stay. */
export interface Rejection {
  readonly problems: readonly Problem[];
  readonly message: string;
}

export interface SourceListener {
  /** Resolves when the rules are in force, or were refused. */
  update(update: RuleUpdate): Promise<void>;
  reject(rejection: Rejection): void;
  /** A look found nothing newer than what was delivered last. */
  upToDate(): void;
}

/** Where a gateway's rules come from. */
export interface PolicySource {
  /** For status and log. */
  readonly description: string;
  /**
   * Delivers what is there now, then every change, one at a time.
   * @param adopted sequence of the bundle whose rules are in force already; 0 where they are of none
   */
  start(listener: SourceListener, adopted: number): Promise<void>;
  /** Looks again, at once. */
  reload(): void;
  stop(): Promise<void>;
}
