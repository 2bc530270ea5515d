import type { ClauseBudget } from '../../rules/index.ts';
import type { Deciding } from '../reach-diff.ts';
import type { Box } from '../sets/index.ts';

/** One step of a decision as sets of points: the first rule of a list that holds a point decides on it. */
export interface Rule {
  /** Says all that decides, and no id or position: rules of equal key hold the same points and do the same to them. */
  readonly key: string;
  /** What follows, as long as no budget is spent. */
  readonly deciding: Deciding;
  /** A clause whose budget denies in its place once it is spent (rule D4). */
  readonly budget?: SpendableBudget;
  /** Points that the rule holds: those of any box … */
  readonly boxes: readonly Box[];
  /** … and of none of these. */
  readonly unless: readonly Box[];
  /** Whether its boxes are among what others take exception to. */
  readonly isExemption: boolean;
  /** Whether it stands for all that no clause speaks of. */
  readonly isDefault: boolean;
}

export interface SpendableBudget extends ClauseBudget {
  readonly clause: string;
}

/** Whether the rule can let a point through. */
export function canAllow({ deciding }: Rule): boolean {
  return deciding.decision === 'allow';
}

/** Whether the rule can deny a point, be it by a spent budget. */
export function canDeny({ deciding, budget }: Rule): boolean {
  return deciding.decision === 'deny' || budget !== undefined;
}

export function rule(
  parts: Pick<Rule, 'key' | 'deciding' | 'boxes'> & Partial<Omit<Rule, 'budget'>>,
  budget?: SpendableBudget,
): Rule {
  const base = { unless: [], isExemption: false, isDefault: false, ...parts };
  return budget ? { ...base, budget } : base;
}
