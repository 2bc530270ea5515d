import type { Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import { limitedSuggest, type Suggest } from '../schema/index.ts';
import { keyPosition, type Path, type SourceDocument, valuePosition } from '../yaml/index.ts';

/** A document, and what has been found wrong with it. */
export interface Reader {
  readonly document: SourceDocument;
  readonly problems: Problem[];
  readonly fault: (name: ProblemName, path: Path, message: string, remedy: string) => void;
  readonly keyFault: (name: ProblemName, path: Path, message: string, remedy: string) => void;
  readonly suggest: Suggest;
}

export function readerOf(document: SourceDocument, problems: Problem[] = []): Reader {
  return {
    document,
    problems,
    fault: (name, path, message, remedy) => {
      problems.push(makeProblem(name, valuePosition(document, path), message, remedy));
    },
    keyFault: (name, path, message, remedy) => {
      problems.push(makeProblem(name, keyPosition(document, path), message, remedy));
    },
    suggest: limitedSuggest(),
  };
}
