import { diffReach } from '../src/reach/index.ts';
import type { RuleSet } from '../src/rules/index.ts';
import { type Part, quartiles } from './part.ts';
import {
  broadEdits,
  rulesOfOneAgent,
  rulesOverAgents,
  withEdit,
  withTenEdits,
} from './rule-edits.ts';
import { msOf, msText, rangeText } from './timed.ts';

const sizes = [100, 1000, 10_000];
const rounds = 7;
const from = Date.parse('2026-11-23T00:00:00Z');

export const diffPart: Part = {
  name: 'diff',
  title: 'the exact difference of reach after ten edits',
  async measure(progress) {
    const shapes = [
      { name: 'all of one agent', make: rulesOfOneAgent },
      { name: '100 to an agent', make: rulesOverAgents },
    ];
    const rows = shapes.map(({ name, make }) => {
      const times = sizes.map((size) => {
        progress(`${size} rules, ${name}`);
        return timesOf(make(size));
      });
      const medians = times.map((one) => quartiles(one).median);
      return [name, ...times.map(rangeText), growthText(medians)];
    });
    for (const { name, edit } of broadEdits) {
      const times = sizes.map((size) => {
        progress(`${size} rules, ${name}`);
        const before = rulesOfOneAgent(size);
        const after = withEdit(before, edit);
        return timeOf(() => diffReach(before, after, { from }));
      });
      rows.push([`one agent, one edit: ${name}`, ...times.map(msText), growthText(times)]);
    }
    return {
      title: 'Exact difference of reach',
      method: `Milliseconds for \`diffReach\` of two rule sets that differ by ten edits: clauses removed, added, moved, widened, given windows, principals or a last day, by address and by host, allows and denies. The last two rows are single edits that meet the clauses of thousands of hosts at once, measured once: their exact difference has a region for nearly each of these. Both rule sets are compiled; all that is learned of them is within the time. Median of ${rounds} rounds after one that warms up, each with edits in other places (quickest–slowest); growth for each tenfold of the rules. The same mix of clauses as above.`,
      columns: ['rules', ...sizes.map((size) => size.toLocaleString('en')), 'growth'],
      rows,
    };
  },
};

function growthText(times: readonly number[]): string {
  const factors = times.slice(1).map((time, i) => time / (times[i] ?? time));
  return factors.map((factor) => `×${factor.toFixed(1)}`).join(', ');
}

function timeOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function timesOf(before: RuleSet): number[] {
  return msOf(
    rounds,
    (round) => withTenEdits(before, round),
    (after) => {
      const { verdict } = diffReach(before, after, { from });
      if (verdict !== 'both') throw new Error(`ten edits of all kinds give ${verdict}`);
    },
  );
}
