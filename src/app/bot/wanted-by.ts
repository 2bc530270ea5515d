import type { Work } from '../state/index.ts';

/** A webhook delivery, its signature verified. Its payload may still lack anything. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

/** Which pull requests were reviewed at a commit. */
export type ReviewsOf = (repository: string, head: string) => readonly number[];

const reviewedActions = new Set(['opened', 'reopened', 'synchronize', 'closed']);

/**
 * What a delivery asks to look at. It is a hint only: what is done is decided by what GitHub says then, so that
 * deliveries may come late, twice or in another order.
 * @param configured Gives the name under which a repository is configured, or undefined.
 */
export function wantedBy(
  { event, payload }: Delivery,
  configured: (fullName: string) => string | undefined,
  reviewsOf: ReviewsOf,
): Work[] {
  const facts = factsOf(payload);
  const repository = configured(facts.repository);
  if (repository === undefined) return [];
  const review = (number: number, more: Partial<Work> = {}): Work => ({
    kind: 'review',
    key: reviewKey(repository, number),
    ...more,
  });
  switch (event) {
    case 'pull_request':
      if (facts.number === undefined) return [];
      // Another base branch is another change; a new title is not.
      if (facts.action === 'edited' && !facts.rebased) return [];
      if (facts.action !== 'edited' && !reviewedActions.has(facts.action)) return [];
      return [
        ...(facts.merged
          ? [{ kind: 'publish' as const, key: repository, freshHead: facts.mergeCommit }]
          : []),
        // Of one that was closed, a review under way is to end.
        review(facts.number, { staleHead: facts.before }),
      ];
    case 'push':
      if (facts.ref !== `refs/heads/${facts.defaultBranch}`) return [];
      return [
        { kind: 'publish', key: repository, staleHead: facts.before, freshHead: facts.after },
      ];
    case 'check_run':
    case 'check_suite':
      if (facts.action !== 'rerequested') return [];
      return reviewsOf(repository, facts.checkedHead).map((number) =>
        review(number, { again: true }),
      );
    default:
      return [];
  }
}

/** `owner/name#7` */
export function reviewKey(repository: string, number: number): string {
  return `${repository}#${number}`;
}

/** The other way round. */
export function readReviewKey(key: string): { repository: string; number: number } {
  const at = key.lastIndexOf('#');
  return { repository: key.slice(0, at), number: Number(key.slice(at + 1)) };
}

function factsOf(payload: unknown) {
  const at = (...path: readonly string[]): unknown =>
    path.reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[key]
          : undefined,
      payload,
    );
  const text = (...path: readonly string[]) => {
    const value = at(...path);
    return typeof value === 'string' ? value : '';
  };
  const number = at('pull_request', 'number');
  /** A branch that was just created comes from nowhere. */
  const commit = (...path: readonly string[]) => {
    const id = text(...path);
    return /^0*$/.test(id) || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? undefined : id;
  };
  return {
    repository: text('repository', 'full_name'),
    defaultBranch: text('repository', 'default_branch'),
    action: text('action'),
    number: Number.isSafeInteger(number) ? (number as number) : undefined,
    merged: at('pull_request', 'merged') === true,
    rebased: at('changes', 'base') !== undefined,
    ref: text('ref'),
    before: commit('before'),
    after: commit('after'),
    mergeCommit: commit('pull_request', 'merge_commit_sha'),
    checkedHead: text('check_run', 'head_sha') || text('check_suite', 'head_sha'),
  };
}
