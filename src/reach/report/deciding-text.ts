import type { Deciding } from '../index.ts';
import { listed } from './listed.ts';
import { countOf } from './verdict-words.ts';

/** What decided: the clause by its id, or the reason where no clause did; audit is said beside it. */
export function decidingText({ decision, reason, clause }: Deciding): string {
  if (reason === 'would-deny') {
    return clause === null ? 'allowed, audit reports it' : `allowed, audit reports ${clause}`;
  }
  if (clause === null) {
    if (decision === 'allow') return 'allowed by dns.resolvers';
    return reason === 'denied' ? 'denied' : `denied (${reason})`;
  }
  const plain = decision === 'allow' ? 'allowed' : 'denied';
  return `${plain} by ${clause}${reason === plain ? '' : ` (${reason})`}`;
}

/**
 * What several clauses decided alike: `allowed by #crm, #web`, `denied (dns-name or dns-type)`.
 * @param most clauses that are named; of more, their number is told
 */
export function decidingsText(decidings: readonly Deciding[], most: number): string {
  const [first, ...others] = decidings;
  if (!first) return '';
  if (others.length === 0) return decidingText(first);
  const clauses = decidings.flatMap(({ clause }) => clause ?? []);
  if (clauses.length < decidings.length) {
    const reasons = [...new Set(decidings.map(({ reason }) => reason))];
    return first.decision === 'allow' ? 'allowed' : `denied (${reasons.join(' or ')})`;
  }
  const named = clauses.length > most ? countOf(clauses.length, 'clause') : listed(clauses, most);
  return decidingText({ ...first, clause: named });
}
