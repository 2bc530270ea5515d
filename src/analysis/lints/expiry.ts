import { makeProblem, type Problem } from '../../policy/index.ts';
import { expiryInstant } from '../../rules/index.ts';
import type { WrittenClause } from '../written-clauses.ts';

const dayMs = 86_400_000;
const noticeDays = 14;

/**
 * Clauses whose last day is over, and those whose last day is near (rule K7).
 * @param now Milliseconds since 1970, UTC.
 */
export function expiryProblems(clauses: readonly WrittenClause[], now: number): Problem[] {
  return clauses.flatMap(({ id, effect, expires, position }) => {
    if (expires === undefined) return [];
    const left = expiryInstant(expires) - now;
    if (left > noticeDays * dayMs) return [];
    if (left > 0) {
      return makeProblem(
        'clauseExpiring',
        position,
        `the clause \`${id}\` holds until the end of ${expires}, ${daysText(Math.ceil(left / dayMs))} from now`,
        effect === 'deny'
          ? 'give it a later `expires` if the denial is meant to last'
          : 'give it a later `expires` if the agent will still need it',
      );
    }
    return makeProblem(
      'clauseExpired',
      position,
      `the clause \`${id}\` has held nothing since the end of ${expires}`,
      'remove it, or give it a later `expires` if it is still meant',
    );
  });
}

function daysText(days: number): string {
  return days === 1 ? 'less than a day' : `${days} days`;
}
