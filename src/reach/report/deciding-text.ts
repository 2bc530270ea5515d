import type { Deciding } from '../index.ts';

/** What decided: the clause by its id, or the reason where no clause did; audit is said beside it. */
export function decidingText({ decision, reason, clause }: Deciding): string {
  if (reason === 'would-deny') {
    return clause === null ? 'allowed, audit reports it' : `allowed, audit reports ${clause}`;
  }
  if (clause === null) {
    return decision === 'allow' ? 'allowed by dns.resolvers' : `denied (${reason})`;
  }
  const plain = decision === 'allow' ? 'allowed' : 'denied';
  return `${plain} by ${clause}${reason === plain ? '' : ` (${reason})`}`;
}
