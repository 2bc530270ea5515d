/**
 * As `Promise.all`, but rejects only when none of them is under way any more, so that what they make can be removed.
 * @throws the first rejection.
 */
export async function allSettled<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
