import { Choices, type Unrecorded } from './choices.ts';
import { PossibleFlow, type Recorded } from './possible-flow.ts';

export type { Unrecorded } from './choices.ts';

/** Keep the work for one flow small where policies are very large; beyond, it counts as undetermined. */
const mostWays = 1024;
const mostQuestions = 100_000;

/**
 * Judges a flow once for every way in which what was not recorded can matter: whatever it was, the evaluator asks
 * nothing that one of these ways does not answer alike.
 * @returns What all ways come to, or what it hinges on.
 */
export function everyWay<T>(
  recorded: Recorded,
  judge: (possible: PossibleFlow) => T,
): { readonly all: T } | { readonly hingesOn: Unrecorded } {
  const choices = new Choices();
  let questions = 0;
  const choose = (about: Unrecorded) => {
    questions++;
    return choices.choose(about);
  };
  const all = judge(new PossibleFlow(recorded, choose));
  for (let ways = 1; ; ways++) {
    const turned = choices.turn();
    if (turned === undefined) return { all };
    const isTooMuch = ways >= mostWays || questions > mostQuestions;
    if (isTooMuch || judge(new PossibleFlow(recorded, choose)) !== all) return { hingesOn: turned };
  }
}
