import type { Deciding } from '../index.ts';
import type { RegionCells } from './region-cells.ts';

/** A line of a report: what became reachable or unreachable, and what decides on it. */
export interface ToldRow {
  readonly kind: 'egress' | 'ingress' | 'question';
  /** It was allowed and is not any more. */
  readonly isLess: boolean;
  /** It takes an unusual coincidence, such as one address that stands for two names. */
  readonly isRare: boolean;
  readonly cells: RegionCells;
  /** More than one where several clauses do the same. */
  readonly before: readonly Deciding[];
  readonly after: readonly Deciding[];
  /** Present where a deny cuts a host off from some addresses: of many hosts and clauses that is one story. */
  readonly cutOff?: CutOff;
}

export interface CutOff {
  /** Equal for all hosts and agents of whom it is the same story. */
  readonly story: string;
  readonly hosts: readonly string[];
  /** `at 10.20.12.0/30`. */
  readonly where: string;
}

/** A clause that is of no one agent, or none: what it does to one agent it does to others. */
export function isCommon({ clause }: Deciding): boolean {
  return clause === null || !clause.startsWith('AgentPolicy/');
}
