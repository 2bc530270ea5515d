import { expect } from 'vitest';
import { type Reason, reasons } from '../../../src/rules/index.ts';
import type { Expected } from './verdicts.ts';

/**
 * Reasons that no sequence comes to: tables must run full, many packets of a cgroup be judged at one moment, no rules be
 * in force, or a way out be gone. full-maps.test.ts, quotas.test.ts, sidecar.test.ts, rule-tables.test.ts and
 * routes.test.ts do that.
 */
const elsewhere: readonly Reason[] = ['flow-table-full', 'busy', 'not-ready', 'no-route'];
/** From so many packets on, every other reason must have been given once in a thousand. */
const MANY = 500_000;
/** What is given often enough to be seen in any run. */
const usual: readonly Reason[] = [
  'allowed',
  'reply',
  'related',
  'denied',
  'no-clause',
  'would-deny',
  'unknown-workload',
];

/** What became of the packets of all sequences: nothing is shown by packets that all end the same way. */
export class Tally {
  readonly #reasons = new Map<Reason, number>();
  #total = 0;
  #passed = 0;

  count({ passed, reason }: Expected): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    this.#total++;
    if (passed) this.#passed++;
  }

  get text(): string {
    const counted = [...this.#reasons].toSorted(([, a], [, b]) => b - a);
    const list = counted.map(([reason, count]) => `${reason} ${count}`).join(', ');
    return `${this.#total} packets of sequences, ${this.#passed} passed: ${list}`;
  }

  expectShares(): void {
    const total = this.#total;
    expect(this.#passed).toBeGreaterThan(total / 10);
    expect(total - this.#passed).toBeGreaterThan(total / 10);
    const all = reasons.map(({ name }) => name).filter((name) => !elsewhere.includes(name));
    for (const reason of total < MANY ? usual : all) {
      expect(this.#reasons.get(reason) ?? 0, reason).toBeGreaterThanOrEqual(total / 1000);
    }
  }
}
