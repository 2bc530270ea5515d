import { bumpProblems, type ExaminedPolicies, versionBumps } from '../../analysis/index.ts';
import {
  isError,
  listedProblems,
  type ParseCache,
  type Problem,
  parsePolicies,
} from '../../policy/index.ts';
import { compile, type RuleSet, ruleSetDigest } from '../../rules/index.ts';
import { type PolicyFilesAt, parsePolicyFiles, problemsInRepository } from '../policies/index.ts';
import type { Change } from './context.ts';
import type { Finding } from './finding.ts';
import { impactOf } from './impact-of.ts';

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
}

/** Says what a change comes to. It may take as much time and memory as whoever wrote the policies wants. */
export async function judge(
  { change, before, after }: Assignment,
  cache: ParseCache,
): Promise<Judgement> {
  const at = Date.now();
  const { path } = change.repository;
  const now = { ...after, ...parsePolicyFiles(after, { now: at, cache }) };
  if (now.problems.some(isError)) {
    return { finding: { kind: 'errors', problems: problemsInRepository(now.problems, path) } };
  }
  const old = before ? { ...before, ...parsePolicyFiles(before, { cache }) } : noPolicies;
  const sides = { before: old, after: now };
  const rules = {
    before: old.ruleSet ?? compile(old.policySet),
    after: now.ruleSet ?? compile(now.policySet),
  };
  const bumps = misfits(old, now, rules.before, at);
  const problems = problemsInRepository(listedProblems([...now.problems, ...bumps]), path);
  if (ruleSetDigest(rules.before) === ruleSetDigest(rules.after)) {
    return { finding: { kind: 'unchanged', problems } };
  }
  let unread: string | undefined;
  const impact = await impactOf(change, sides, rules, (why) => {
    unread = why;
  });
  return {
    finding: impact ? { kind: 'impact', problems, impact } : { kind: 'unchanged', problems },
    ...(unread === undefined ? {} : { unread }),
  };
}

/** Version bumps that do not fit; where the old policies had errors, there is nothing to hold an edit against. */
function misfits(
  old: ExaminedPolicies,
  now: ExaminedPolicies,
  ruleSet: RuleSet,
  from: number,
): Problem[] {
  if (old.problems.some(isError)) return [];
  return bumpProblems(versionBumps(old.policySet, now.policySet, { from, ruleSet }));
}

const noPolicies: ExaminedPolicies & Pick<PolicyFilesAt, 'files'> = {
  ...parsePolicies([]),
  tests: [],
  files: [],
};
