import { periodOf, type SpentBudget } from '../../../gateway/tables/index.ts';
import type { ClauseBudget, RuleSet } from '../../../src/rules/index.ts';

type Per = ClauseBudget['per'];

interface Spent {
  begins: number;
  ends: number;
  /** End of the last period that a clock has shown. */
  latest: number;
  bytes: number;
}

/** What clauses have spent of their budgets (rules K6, D4): IP length, by periods of UTC. */
export class Spending {
  readonly #spent = new Map<string, Spent>();
  #budgets: ReadonlyMap<string, ClauseBudget> = new Map();

  /** What is spent already; for budgets that the rules of now have, nothing. */
  constructor(ruleSet: RuleSet, before: readonly SpentBudget[]) {
    for (const { clause, per, begins, ends, spent } of before) {
      this.#spent.set(key(clause, per), { begins, ends, latest: ends, bytes: spent });
    }
    this.use(ruleSet);
    for (const [clause, { per }] of this.#budgets) this.#spent.delete(key(clause, per));
  }

  use({ agents }: RuleSet): void {
    const clauses = agents.flatMap(({ allow }) => allow);
    this.#budgets = new Map(
      clauses.flatMap(({ id, budget }) => (budget ? [[id, budget] as const] : [])),
    );
  }

  has(clause: string | null): clause is string {
    return clause !== null && this.#budgets.has(clause);
  }

  isSpent(clause: string, now: number | undefined): boolean {
    return this.#of(clause, now).bytes >= (this.#budgets.get(clause)?.bytes ?? 0);
  }

  /** A packet passes while less than the limit is spent, whatever its own length. */
  charge(clause: string, bytes: number, now: number | undefined): boolean {
    if (this.isSpent(clause, now)) return false;
    this.add(clause, bytes, now);
    return true;
  }

  add(clause: string, bytes: number, now: number | undefined): void {
    this.#of(clause, now).bytes += bytes;
  }

  /** Without a clock the period that was goes on; one that is set back brings nothing back, unless it was far ahead. */
  #of(clause: string, now: number | undefined): Spent {
    const per = this.#budgets.get(clause)?.per ?? 'hour';
    const spent = this.#spent.get(key(clause, per)) ?? { begins: 0, ends: 0, latest: 0, bytes: 0 };
    this.#spent.set(key(clause, per), spent);
    if (now !== undefined && (now >= spent.ends || now < spent.begins)) {
      const period = periodOf(per, now);
      const latest = Math.max(spent.latest, spent.ends);
      const isNew = latest <= period.begins;
      const wasFarAhead = latest - period.ends > period.ends - period.begins;
      if (isNew) spent.bytes = 0;
      Object.assign(spent, period, { latest: isNew || wasFarAhead ? period.ends : latest });
    }
    return spent;
  }
}

function key(clause: string, per: Per): string {
  return `${clause} ${per}`;
}
