import {
  type Lowering,
  type Party,
  type Rule,
  refineDefault,
  type SpendableBudget,
} from '../model/index.ts';
import type { Deciding } from '../reach-diff.ts';
import type { BudgetTerm } from '../region.ts';
import type { Box } from '../sets/index.ts';
import type { Difference } from './one-way.ts';

/** A difference with what the evaluator says of it on either side. */
export interface Attributed {
  readonly box: Box;
  readonly allow: Deciding;
  readonly deny: Deciding;
  readonly budget: readonly BudgetTerm[];
}

/** The senders of the two sides, whose clauses say why nothing allows a flow; undefined where that is no question. */
export interface Senders {
  readonly allowing: Party | undefined;
  readonly denying: Party | undefined;
}

const noIngress: Deciding = { decision: 'deny', reason: 'no-ingress', clause: null };

/** @param sides Which side, before or after, lets the points through, and which denies them. */
export function attribute(
  lowering: Lowering,
  senders: Senders,
  sides: { readonly allowing: BudgetTerm['side']; readonly denying: BudgetTerm['side'] },
  difference: Difference,
): Attributed[] {
  const budget = budgetTerms(difference, sides);
  return refined(lowering, senders.allowing, difference.allow, difference.part.box).flatMap(
    (allowed) =>
      denials(lowering, senders.denying, difference, allowed.box).map(({ deciding, box }) => ({
        box,
        allow: asLetIn(allowed.deciding, difference.admission),
        deny: deciding,
        budget,
      })),
  );
}

function denials(lowering: Lowering, sender: Party | undefined, difference: Difference, box: Box) {
  const { deny, denySpent } = difference;
  if (!deny) return [{ deciding: noIngress, box }];
  if (!denySpent) return refined(lowering, sender, deny, box);
  const spent = { decision: 'deny', reason: 'budget-spent', clause: denySpent.clause } as const;
  return [{ deciding: spent, box }];
}

function refined(lowering: Lowering, sender: Party | undefined, rule: Rule, box: Box) {
  const isOwnDefault = rule.isDefault && sender && !sender.agent.remote;
  return isOwnDefault ? refineDefault(lowering, sender, box) : [{ deciding: rule.deciding, box }];
}

/** An allowed flow names the sender’s clause, unless the receiver is in audit and nothing lets it in (rules D6, D8). */
function asLetIn(sent: Deciding, admission: Rule | undefined): Deciding {
  if (!admission?.isDefault || sent.reason === 'would-deny') return sent;
  return { decision: 'allow', reason: 'would-deny', clause: null };
}

function budgetTerms(
  { unspent, denySpent, denyUnspent }: Difference,
  sides: { readonly allowing: BudgetTerm['side']; readonly denying: BudgetTerm['side'] },
): BudgetTerm[] {
  const term = (budget: SpendableBudget | undefined, side: BudgetTerm['side'], spent: boolean) =>
    budget ? [{ clause: budget.clause, side, spent }] : [];
  return [
    ...term(denySpent, sides.denying, true),
    ...term(denyUnspent, sides.denying, false),
    ...term(unspent, sides.allowing, false),
  ];
}
