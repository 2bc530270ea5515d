import type { ParsedClause } from './parse-clause.ts';

/** Whether an allow clause still counts; without a clock one that expires does not (rule D2). */
export function isUnexpired({ expires }: ParsedClause, at: number | undefined): boolean {
  return !expires || (at !== undefined && at < expires.instant);
}
