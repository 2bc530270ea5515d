import { examinePolicies } from '../src/analysis/index.ts';
import { ParseCache, type PolicyFile, parsePolicies } from '../src/policy/index.ts';
import { diffReach } from '../src/reach/index.ts';
import { compile, compileChanged } from '../src/rules/index.ts';
import { agentFile, languageCase } from './language-case.ts';
import type { Part } from './part.ts';
import { msOf, rangeText } from './timed.ts';

const agents = 1000;
const clausesEach = 100;
const edited = 10;
const rounds = 5;
const now = Date.parse('2026-11-23T00:00:00Z');

export const reviewPart: Part = {
  name: 'review',
  title: 'a review of 10 changed files among 1,000',
  async measure(progress) {
    const { files } = languageCase(agents, clausesEach);
    const cache = new ParseCache({ maxBytes: Number.POSITIVE_INFINITY });
    progress('the base');
    const { policySet } = parsePolicies(files, [], cache);
    const known = { policySet, ruleSet: compile(policySet) };
    const times = {
      parse: [] as number[],
      examine: [] as number[],
      compile: [] as number[],
      diff: [] as number[],
    };
    progress('reviews');
    const total = msOf(
      rounds,
      (round) => editedFiles(files, round),
      (head) => {
        const marks = [performance.now()];
        const parsed = parsePolicies(head, [], cache);
        marks.push(performance.now());
        const ruleSet = compileChanged(known, parsed.policySet);
        marks.push(performance.now());
        const { agents: changed } = diffReach(known.ruleSet, ruleSet, { from: now });
        marks.push(performance.now());
        if (changed.length !== edited) throw new Error(`${changed.length} agents differ`);
        for (const [i, list] of [times.parse, times.compile, times.diff].entries()) {
          list.push((marks[i + 1] ?? 0) - (marks[i] ?? 0));
        }
      },
    );
    const examined = msOf(
      rounds,
      (round) => editedFiles(files, rounds + 1 + round),
      (head) => examinePolicies(head, [], { cache, now }),
    );
    const kept = (list: readonly number[]) => rangeText(list.slice(1));
    return {
      title: 'A review of 10 changed files among 1,000',
      method: `The base (${(agents * clausesEach).toLocaleString('en')} clauses, as above) is parsed and compiled; ${edited} of its files get a clause more. Milliseconds in one thread, median of ${rounds} rounds (quickest–slowest), each with other edits, after one that warms up.`,
      columns: ['step', 'ms'],
      rows: [
        ['parse what changed, validate all of it together', kept(times.parse)],
        ['compile what changed', kept(times.compile)],
        ['exact difference of reach', kept(times.diff)],
        ['**these three together**', rangeText(total)],
        [
          'the same with PolicyTests and lints of everything, compiled anew, instead of the difference',
          rangeText(examined),
        ],
      ],
    };
  },
};

function editedFiles(files: readonly PolicyFile[], round: number): PolicyFile[] {
  return files.map((file, i) => {
    const isEdited = i < agents && (i + round * 7) % (agents / edited) === 0;
    return isEdited ? agentFile(i, clausesEach, round + 1) : file;
  });
}
