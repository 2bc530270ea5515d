import { cp, rename } from 'node:fs/promises';
import { initRepository, publishBundle } from '../../src/bundle/index.ts';
import { compile } from '../../src/rules/index.ts';
import { loadPolicies } from '../../src/source/index.ts';

/** Copies a TUF repository as it is now. */
export async function copyTree(tree: string, to: string): Promise<void> {
  await cp(tree, to, { recursive: true });
}

/**
 * Makes a TUF repository as somebody would who holds the server, but not the keys: with other keys, a much later bundle,
 * and rules without any guardrail.
 */
export async function forgeTree(policies: string, group: string, to: string): Promise<void> {
  const { policySet } = await loadPolicies(policies);
  const keys = `${to}-keys`;
  await initRepository({ keys, repository: to });
  const ruleSet = compile({ ...policySet, guardrails: [] });
  const custom = { commit: 'f'.repeat(40), pullRequest: null, seq: 1_000_000 };
  await publishBundle({ repository: to, keys, group, ruleSet, custom });
}

/** Serves another tree in place of the right one while `action` runs. */
export async function withTree<Result>(
  tree: string,
  other: string,
  action: () => Promise<Result>,
): Promise<Result> {
  const aside = `${tree}-aside`;
  await rename(tree, aside);
  await rename(other, tree);
  try {
    return await action();
  } finally {
    await rename(tree, other);
    await rename(aside, tree);
  }
}
