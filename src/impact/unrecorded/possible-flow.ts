import { hostMatches } from '../../policy/index.ts';
import type { ClauseBudget, Traits } from '../../rules/index.ts';
import type { Unrecorded } from './choices.ts';
import { PossibleBudgets } from './possible-budgets.ts';
import { PossibleNames, PossibleServerName } from './possible-names.ts';
import { PossiblePrincipals } from './possible-principals.ts';

/** What a record says of a flow; `null` where it says nothing. */
export interface Recorded {
  readonly names: readonly string[] | null;
  /** Undefined: there was none. */
  readonly sni: string | undefined | null;
  readonly onBehalfOf: readonly string[] | null;
}

/** The budget of a clause, by the rules of one side. */
export type BudgetOf = (clause: string) => ClauseBudget | undefined;

type Choose = (about: Unrecorded) => boolean;

/** One of the flows that a record may stand for. What it is shows as the rules of both sides ask. */
export class PossibleFlow {
  readonly #recorded: Recorded;
  readonly #choose: Choose;
  readonly #names = new PossibleNames();
  readonly #serverName = new PossibleServerName();
  readonly #principals = new PossiblePrincipals();
  readonly #budgets = new PossibleBudgets();

  constructor(recorded: Recorded, choose: Choose) {
    this.#recorded = recorded;
    this.#choose = choose;
  }

  traits(budgetOf: BudgetOf): Traits {
    const choose = this.#choose;
    const { names, sni, onBehalfOf } = this.#recorded;
    return {
      nameIn: (host) =>
        names
          ? names.some((name) => hostMatches(host, name))
          : this.#names.nameIn(host, () => choose('names')),
      serverNameIn: (host) =>
        sni === null
          ? this.#serverName.serverNameIn(host, () => choose('sni'))
          : sni !== undefined && hostMatches(host, sni),
      actsForOneOf: (principals) =>
        onBehalfOf
          ? onBehalfOf.some((one) => principals.includes(one))
          : this.#principals.actsForOneOf(principals, () => choose('principals')),
      isSpent: (clause) => {
        const budget = budgetOf(clause);
        return (
          budget !== undefined && this.#budgets.isSpent(clause, budget, () => choose('budget'))
        );
      },
    };
  }
}
