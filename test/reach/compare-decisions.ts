import { formatAddress } from '../../src/policy/index.ts';
import { type Deciding, diffReach, holds, type ReachDiff } from '../../src/reach/index.ts';
import { compile, createEvaluator, type RuleSet, type Verdict } from '../../src/rules/index.ts';
import { registrations, startOfTime } from '../arbitraries/whole/index.ts';
import type { EditedCase } from './edited-cases.ts';
import { questionHolds } from './question-holds.ts';
import { type Counted, placed } from './reach-points.ts';

type Sides<T> = { readonly before: T; readonly after: T };
type Change = Sides<Deciding> & { readonly change: string };

export interface Comparison {
  readonly flows: number;
  readonly questions: number;
  /** Points that some region holds. */
  readonly otherwise: number;
  /** In words; none, if the diff is right. */
  readonly mismatches: readonly string[];
}

/** Asks the evaluator about every point, before and after, and the diff whether it told so. */
export function compareDecisions({ before, after, ...items }: EditedCase): Comparison {
  const sides = { before: compile(before), after: compile(after) };
  const diff = diffReach(sides.before, sides.after, { from: startOfTime });
  const judge = judges(sides);
  const countedOf = (id: string) => items.counted[id.length % items.counted.length] as Counted;
  const seen = { flows: 0, questions: 0, otherwise: 0 };
  const mismatches: string[] = [];
  for (const flow of items.flows) {
    const place = placed(sides, registrations, flow, countedOf);
    if (!place || !isInTime(diff, place.point.at)) continue;
    const { point, agent, direction } = place;
    const verdicts = judge((side, evaluator) =>
      evaluator.decide({ ...place.flow, spent: point.spent?.[side] ?? [] }),
    );
    const found = (diffOf(diff, agent)?.flows ?? [])
      .filter((change) => change.direction === direction)
      .flatMap((change) => change.regions.flatMap((one) => (holds(one, point) ? [change] : [])));
    mismatches.push(...mismatch(place, verdicts, found, ['unreachable', 'reachable']));
    seen.flows++;
    seen.otherwise += found.length;
  }
  for (const question of items.questions) {
    if (question.at === undefined || !isInTime(diff, question.at)) continue;
    // Names of addresses go with the flows to them, or are told as handling.
    if (question.type === 'PTR') continue;
    const verdicts = judge((_side, evaluator) => evaluator.decideQuestion(question));
    const found = (diffOf(diff, question.agent)?.questions ?? []).flatMap((change) =>
      change.regions.flatMap((one) => (questionHolds(one, question) ? [change] : [])),
    );
    mismatches.push(...mismatch(question, verdicts, found, ['refused', 'askable']));
    seen.questions++;
    seen.otherwise += found.length;
  }
  return { ...seen, mismatches };
}

function isInTime({ from, until }: ReachDiff, at: number): boolean {
  return from <= at && at < until;
}

function diffOf(diff: ReachDiff, agent: string) {
  return diff.agents.find((one) => one.agent === agent);
}

function judges({ before, after }: Sides<RuleSet>) {
  const evaluators = {
    before: createEvaluator(before, { registrations }),
    after: createEvaluator(after, { registrations }),
  };
  type Ask = (side: keyof typeof evaluators, evaluator: (typeof evaluators)['before']) => Verdict;
  return (ask: Ask): Sides<Verdict> => ({
    before: ask('before', evaluators.before),
    after: ask('after', evaluators.after),
  });
}

function mismatch(
  item: object,
  verdicts: Sides<Verdict>,
  found: readonly Change[],
  [less, more]: readonly [string, string],
): string[] {
  const { before, after } = verdicts;
  const wanted =
    before.decision === after.decision ? [] : [after.decision === 'allow' ? more : less];
  const told = found.map(({ change }) => change);
  if (told.join() !== wanted.join()) {
    return [`told ${told.join() || 'nothing'}: ${inWords({ item, verdicts })}`];
  }
  const isRight = (side: keyof Sides<Verdict>) =>
    found.every((change) => agrees(change[side], verdicts[side]));
  if (isRight('before') && isRight('after')) return [];
  return [`${inWords(found)} instead of ${inWords({ item, verdicts })}`];
}

/** Why nothing allows a flow is told of a whole region, and may be said more closely of one flow. */
const byDefault = ['no-clause', 'sni-missing', 'sni-mismatch', 'dns-tcp', 'dns-resolver'];

function agrees(told: Deciding, { decision, reason, clause }: Verdict): boolean {
  if (told.decision !== decision) return false;
  if (byDefault.includes(told.reason)) return byDefault.includes(reason);
  if (reason === 'would-deny' && told.reason === reason) return true;
  // In audit a spent budget is remarked upon, flow by flow.
  if (reason === 'would-deny' && told.reason === 'allowed') return told.clause === clause;
  // A question that passes names no clause: several may have admitted the name.
  return told.reason === reason && (told.clause === clause || clause === null);
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' &&
    part &&
    'family' in part &&
    'value' in part &&
    typeof part.value === 'bigint'
      ? formatAddress(part)
      : part,
  );
}
