import type { RepositoryConfiguration } from '../configuration/index.ts';
import { settledHead } from '../forge/index.ts';
import type { Review, Ticket } from '../state/index.ts';
import { checkReport } from './check-report.ts';
import { CheckRun, cancelUnfinished } from './check-run.ts';
import type { Change, ReviewContext } from './context.ts';
import { examine } from './examine.ts';
import { commentBody, keepComment } from './sticky-comment.ts';

export interface ReviewTarget {
  readonly repository: RepositoryConfiguration;
  readonly number: number;
}

/**
 * Reviews a pull request as it is now: check run with annotations, and one comment about its impact.
 * @param signal tells that there is something newer: nothing more is written then
 * @throws the signal's reason, or what keeps the review from being completed; its check run has failed then.
 */
export async function reviewPullRequest(
  context: ReviewContext,
  { repository, number }: ReviewTarget,
  ticket: Pick<Ticket, 'staleHead' | 'again'>,
  signal: AbortSignal,
): Promise<void> {
  const { reader, writer, reviews, log } = context;
  const key = { repository: repository.name, number };
  const read = () => reader.pullRequest(number);
  const pull = await settledHead(read, ticket.staleHead, signal);
  if (!pull?.open) return await cancelUnfinished(context, key);
  const { head, base, repositoryUrl } = pull;
  const mergeBase = await reader.mergeBase(base, head);
  const change: Change = { repository, number, head, mergeBase, repositoryUrl };
  if (!ticket.again && isReviewed(reviews.get(key), change)) return;
  signal.throwIfAborted();
  await cancelUnfinished(context, key);
  const check = await CheckRun.start(context, change);
  try {
    signal.throwIfAborted();
    const finding = await examine(context, change, signal);
    signal.throwIfAborted();
    await keepComment(writer, number, (isThere) => {
      signal.throwIfAborted();
      return commentBody(finding, head, isThere);
    });
    await check.finish(checkReport(finding));
    log.info({ event: 'review', ...key, head, finding: finding.kind }, 'reviewed');
  } catch (error) {
    // If GitHub cannot be told now, the check run stays on record, and the next try ends it.
    if (!signal.aborted) await check.fail().catch((err) => log.warn({ err, ...key }, 'check run'));
    throw error;
  }
}

function isReviewed(review: Review | undefined, { head, mergeBase }: Change): boolean {
  return review?.finished === true && review.head === head && review.mergeBase === mergeBase;
}
