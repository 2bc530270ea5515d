import { bumpProblems } from '../../analysis/index.ts';
import type { UntoldReach } from '../../impact/index.ts';
import { isError, listedProblems, type ParseCache, parsePolicies } from '../../policy/index.ts';
import { type ReachReport, reachReport } from '../../reach/report/index.ts';
import { compile, ruleSetDigest } from '../../rules/index.ts';
import { type PolicyFilesAt, parsePolicyFiles, problemsInRepository } from '../policies/index.ts';
import type { Change } from './context.ts';
import type { Finding } from './finding.ts';
import { impactOf, replay } from './impact-of.ts';

/** A change with the policies on both sides of it. Plain data. */
export interface Assignment {
  readonly change: Change;
  /** Undefined where a branch began before there was a folder. */
  readonly before: PolicyFilesAt | undefined;
  readonly after: PolicyFilesAt;
}

export interface Judgement {
  readonly finding: Finding;
  /** Why a recording was not replayed. */
  readonly unread?: string;
  /** Why the exact change of reach was not waited for. */
  readonly unfinished?: string;
}

/**
 * Says what a change comes to. It may take as much time and memory as whoever wrote the policies wants.
 * @param interim is told what to say if the exact change of reach, which comes last, cannot be waited for.
 */
export async function judge(
  { change, before, after }: Assignment,
  cache: ParseCache,
  interim: (judgement: Judgement) => void,
): Promise<Judgement> {
  const at = Date.now();
  const { path } = change.repository;
  const now = { ...after, ...parsePolicyFiles(after, { now: at, cache }) };
  if (now.problems.some(isError)) {
    return { finding: { kind: 'errors', problems: problemsInRepository(now.problems, path) } };
  }
  const old = before ? { ...before, ...parsePolicyFiles(before, { cache }) } : noPolicies;
  const sides = {
    before: { ...old, ruleSet: old.ruleSet ?? compile(old.policySet) },
    after: { ...now, ruleSet: now.ruleSet ?? compile(now.policySet) },
  };
  const isSame = ruleSetDigest(sides.before.ruleSet) === ruleSetDigest(sides.after.ruleSet);
  let unread: string | undefined;
  const replayed = isSame
    ? undefined
    : await replay(change, sides, (why) => {
        unread = why;
      });
  const conclude = (reach: ReachReport | UntoldReach): Judgement => {
    const bumps = 'bumps' in reach ? bumpProblems(reach.bumps) : [];
    const problems = problemsInRepository(listedProblems([...now.problems, ...bumps]), path);
    const impact = replayed && impactOf(change, replayed, reach);
    return {
      finding: impact ? { kind: 'impact', problems, impact } : { kind: 'unchanged', problems },
      ...(unread === undefined ? {} : { unread }),
    };
  };
  // There is nothing to hold an edit against.
  if (old.problems.some(isError)) return conclude({ untold: 'the policies before had errors' });
  interim(conclude({ untold: 'it takes more time or memory than a review has' }));
  return conclude(reachReport(sides.before, sides.after, { from: at }));
}

const noPolicies = { ...parsePolicies([]), ruleSet: undefined, files: [] };
