import { windowText } from '../../rules/index.ts';
import type { BudgetTerm, PrincipalTerms, TimeCase, TimeTerms } from '../index.ts';
import { listed } from './listed.ts';
import { simplerCases } from './week-windows.ts';

/** `mon–fri 08:00–18:00 Europe/Berlin, through 2027-03-31`; cases are joined by `or`. */
export function timeText({ cases }: TimeTerms, most: number): string {
  const texts = (most === Number.POSITIVE_INFINITY ? cases : simplerCases(cases)).map(caseText);
  if (texts.length <= most + 1) return texts.join(', or ');
  return `${texts.slice(0, most).join(', or ')}, or at ${texts.length - most} more times`;
}

function caseText({ during, outside, until, after }: TimeCase): string {
  return [
    ...during.map(windowText),
    ...outside.map((window) => `outside ${windowText(window)}`),
    ...(after === undefined ? [] : [`after ${after}`]),
    ...(until === undefined ? [] : [`through ${until}`]),
  ].join(', ');
}

/** Whom the workload acts for: `group:a or group:b`, `anyone but group:c`, `unknown principals`. */
export function principalText(
  { known, some = [], none = [] }: PrincipalTerms,
  most: number,
): string {
  if (known === false) return 'unknown principals';
  const wanted = some.map((one) => alternatives(one, most)).join(', and ');
  const unwanted = none.length > 0 ? alternatives(none, most) : '';
  if (wanted !== '') return unwanted === '' ? wanted : `${wanted}, but not ${unwanted}`;
  if (unwanted !== '') return `anyone but ${unwanted}`;
  return known ? 'known principals' : '';
}

function alternatives(principals: readonly string[], most: number): string {
  if (principals.length > most + 1) return listed(principals, most);
  return principals.join(' or ');
}

/**
 * `once the old budget of AgentPolicy/a#crm is spent`.
 * @param nameOf how a budget is called
 */
export function budgetText(
  terms: readonly BudgetTerm[],
  nameOf: (term: BudgetTerm) => string = ({ clause, side }) =>
    `the ${side === 'before' ? 'old' : 'new'} budget of ${clause}`,
): string {
  const bySide = terms.map((term) => ({ spent: term.spent, text: nameOf(term) }));
  const spent = bySide.filter((term) => term.spent).map(({ text }) => text);
  const unspent = bySide.filter((term) => !term.spent).map(({ text }) => text);
  return [
    ...(spent.length > 0 ? [`once ${spent.join(' and ')} is spent`] : []),
    ...(unspent.length > 0 ? [`while ${unspent.join(' and ')} is not spent`] : []),
  ].join(', ');
}
