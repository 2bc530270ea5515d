import { isError, type ParseCache, parsePolicies } from '../../policy/index.ts';
import { compile, ruleSetDigest } from '../../rules/index.ts';
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
  const now = { ...after, ...parsePolicyFiles(after, { now: Date.now(), cache }) };
  const problems = problemsInRepository(now.problems, change.repository.path);
  if (problems.some(isError)) return { finding: { kind: 'errors', problems } };
  const old = before ? { ...before, ...parsePolicyFiles(before, { cache }) } : noPolicies;
  const sides = { before: old, after: now };
  const rules = { before: compile(old.policySet), after: compile(now.policySet) };
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

const noPolicies = { ...parsePolicies([]), files: [] };
