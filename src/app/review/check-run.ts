import type { CheckReport } from './check-report.ts';
import type { Change, ReviewContext } from './context.ts';

/** What GitHub takes in one request. */
const ANNOTATIONS_AT_ONCE = 50;

/** The check run of one review. It is on record before anything can fail, so that none stays unfinished. */
export class CheckRun {
  readonly #context: ReviewContext;
  readonly #change: Change;
  readonly #id: number;

  private constructor(context: ReviewContext, change: Change, id: number) {
    this.#context = context;
    this.#change = change;
    this.#id = id;
  }

  static async start(context: ReviewContext, change: Change): Promise<CheckRun> {
    const id = await context.writer.startCheck(change.head, {
      title: 'Review under way',
      summary: 'The policies are read, and recorded traffic is replayed.',
    });
    const run = new CheckRun(context, change, id);
    run.#record(id, false);
    return run;
  }

  async finish({ conclusion, output, annotations }: CheckReport): Promise<void> {
    const { writer } = this.#context;
    for (let start = 0; start < annotations.length; start += ANNOTATIONS_AT_ONCE) {
      const batch = annotations.slice(start, start + ANNOTATIONS_AT_ONCE);
      await writer.annotateCheck(this.#id, output, batch);
    }
    await writer.finishCheck(this.#id, conclusion, output);
    this.#record(this.#id, true);
  }

  /** For want of a result. @throws {Error} if GitHub cannot be told. */
  async fail(): Promise<void> {
    await this.#context.writer.finishCheck(this.#id, 'failure', {
      title: 'The review could not be completed',
      summary: 'It is tried again for a while. If this stays, see the server’s log, then re-run.',
    });
    // Another try has a check run of its own: annotations of this one cannot be taken back.
    this.#record(undefined, false);
  }

  #record(checkRun: number | undefined, finished: boolean): void {
    const { repository, number, head, mergeBase } = this.#change;
    const key = { repository: repository.name, number };
    this.#context.reviews.put(key, { head, mergeBase, checkRun, finished });
  }
}

/** Ends the check run of a review that was broken off: a newer push, a restart, or the pull request was closed. */
export async function cancelUnfinished(
  { reviews, writer }: Pick<ReviewContext, 'reviews' | 'writer'>,
  key: { readonly repository: string; readonly number: number },
): Promise<void> {
  const review = reviews.get(key);
  if (review?.checkRun === undefined || review.finished) return;
  await writer.finishCheck(review.checkRun, 'cancelled', {
    title: 'Superseded',
    summary: 'A newer state of the pull request is what counts.',
  });
  reviews.put(key, { ...review, checkRun: undefined });
}
