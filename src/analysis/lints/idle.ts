import { makeProblem, type Problem } from '../../policy/index.ts';
import { idleClauses } from '../../reach/index.ts';
import type { RuleSet } from '../../rules/index.ts';
import type { WrittenClause } from '../written-clauses.ts';
import type { ClausePlaces } from './clause-places.ts';

const mostNamed = 3;

/**
 * Clauses that can never decide, from `now` on for a year: others always decide before them, or no flow matches.
 * Expired ones are told elsewhere. What a guardrail in audit says decides nothing anyhow.
 */
export function idleProblems(ruleSet: RuleSet, places: ClausePlaces, now: number): Problem[] {
  return idleClauses(ruleSet, { from: now }).flatMap(({ clause: id, why, by }) => {
    const clause = places.find(id);
    if (!clause || why === 'expired' || isObserver(clause)) return [];
    return why === 'empty' ? emptyProblem(clause) : shadowedProblem(clause, by, places);
  });
}

function isObserver({ document }: WrittenClause): boolean {
  return document.kind === 'Guardrail' && document.mode === 'audit';
}

function emptyProblem({ id, position }: WrittenClause): Problem {
  return makeProblem(
    'clauseEmpty',
    position,
    `no flow can match the clause \`${id}\`: nothing is left of its destination, or it never holds`,
    'correct its `except`, destination or window, or remove it',
  );
}

function shadowedProblem(
  clause: WrittenClause,
  by: readonly string[],
  places: ClausePlaces,
): Problem {
  const { id, effect, position } = clause;
  const named = by.slice(0, mostNamed).map((other) => places.textOf(other));
  const rest = by.length > mostNamed ? ` and ${by.length - mostNamed} more` : '';
  const others = `${named.join(', ')}${rest}`;
  const denies = by.some((other) => {
    const found = places.find(other);
    return found?.document === clause.document && found.effect === 'deny';
  });
  return effect === 'allow' && denies
    ? makeProblem(
        'contradiction',
        position,
        `the clause \`${id}\` allows what the same document denies by ${others}`,
        'denies come first: remove one of the two, or narrow the deny',
      )
    : makeProblem(
        'clauseShadowed',
        position,
        `the clause \`${id}\` can never decide: before it ${by.length === 1 ? 'decides' : 'decide'} ${others || 'other rules'}`,
        'remove it, or move it before them if it is meant to decide',
      );
}
