import type { ForeignChange } from '../tables/index.ts';

/** Something of ours that somebody else has changed. */
export type Finding =
  | ({ readonly what: 'entry' } & ForeignChange)
  | {
      readonly what: 'program' | 'pin';
      readonly change: 'gone or replaced';
      readonly where: string;
    };

/** What a look at the kernel has found, compared with what was put there. */
export interface Drift {
  readonly at: string;
  readonly generation: number;
  /** Map entries that were read back. */
  readonly entries: number;
  readonly ms: number;
  /** How many changes there are; the first of them are named. */
  readonly count: number;
  readonly findings: readonly Finding[];
  /** Whether all is as it was written, now. */
  readonly repaired: boolean;
}

/** More than these are counted, not named: whoever empties a map must not fill the log. */
const MOST_NAMED = 20;

export function driftOf(
  findings: readonly Finding[],
  about: Pick<Drift, 'generation' | 'entries' | 'ms' | 'repaired'>,
): Drift {
  return {
    at: new Date().toISOString(),
    ...about,
    count: findings.length,
    findings: findings.slice(0, MOST_NAMED),
  };
}

/** For people, one line. */
export function findingText(finding: Finding): string {
  return finding.what === 'entry'
    ? `${finding.map}: entry ${finding.change} (${finding.key})`
    : `${finding.what} ${finding.change}: ${finding.where}`;
}

/** For people: all of it in a sentence. */
export function driftText({ count, findings, repaired }: Drift): string {
  const named = findings.map(findingText).join('; ');
  const more = count > findings.length ? `; and ${count - findings.length} more` : '';
  const end = repaired ? 'repaired' : 'not repaired';
  return `somebody else has changed what is in force (${end}): ${named}${more}`;
}
