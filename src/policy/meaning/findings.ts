import { isError, type Position, type Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import type { Draft } from './draft.ts';

/** What is wrong between documents, kept apart from the drafts, which may be shared with other readings. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly #broken = new Set<Draft>();

  /** A problem of `draft`; an error keeps the document out of the policy set. */
  report(
    draft: Draft,
    name: ProblemName,
    position: Position,
    { message, remedy }: { readonly message: string; readonly remedy: string },
  ): void {
    const problem = makeProblem(name, position, message, remedy);
    this.problems.push(problem);
    if (isError(problem)) this.#broken.add(draft);
  }

  isSound(draft: Draft): boolean {
    return !this.#broken.has(draft) && !draft.problems.some(isError);
  }
}
