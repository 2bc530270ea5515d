import { isError, parsePolicies } from '../../policy/index.ts';
import { compile, ruleSetDigest } from '../../rules/index.ts';
import { problemsInRepository, readPolicies } from '../policies/index.ts';
import type { Change, ReviewContext } from './context.ts';
import type { Finding } from './finding.ts';
import { impactOf } from './impact-of.ts';

/** Reads the policies on both sides of a change as data, and says what it comes to. */
export async function examine(
  { reader, cache, log }: ReviewContext,
  change: Change,
  signal: AbortSignal,
): Promise<Finding> {
  const { path } = change.repository;
  const after = await readPolicies(reader, cache, { commit: change.head, path });
  if (!after) return { kind: 'no-folder', path };
  const problems = problemsInRepository(after.problems, path);
  if (problems.some(isError)) return { kind: 'errors', problems };
  const before = await readPolicies(reader, cache, { commit: change.mergeBase, path });
  signal.throwIfAborted();
  const sides = { before: before ?? noPolicies, after };
  const rules = { before: compile(sides.before.policySet), after: compile(after.policySet) };
  const isSame = ruleSetDigest(rules.before) === ruleSetDigest(rules.after);
  const impact = isSame ? undefined : await impactOf(change, sides, rules, { signal, log });
  return impact ? { kind: 'impact', problems, impact } : { kind: 'unchanged', problems };
}

/** A branch may begin before there was a folder. */
const noPolicies = { ...parsePolicies([]), files: [] };
