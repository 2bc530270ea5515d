import type { AgentReachDiff, ReachVerdict } from '../index.ts';

/** Whether what an agent may do becomes less, more, or some of each. */
export const verdictWords: Readonly<Record<ReachVerdict, string>> = {
  equivalent: 'equivalent',
  narrows: 'narrows',
  widens: 'widens',
  both: 'narrows and widens',
};

/** `1 agent`, `1,200 agents`. */
export function countOf(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** Days are told as days, for reach is compared over months: `2026-11-23`. */
export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `new`, `removed` or what the change does. */
export function agentWords({ change, verdict }: AgentReachDiff): string {
  if (change === 'added') return `new, ${verdictWords[verdict]}`;
  if (change === 'removed') return `removed, ${verdictWords[verdict]}`;
  return verdict === 'equivalent' ? 'same decisions, handled otherwise' : verdictWords[verdict];
}

/** What rows that several agents have in common do. */
export function rowsWords(rows: readonly { readonly isLess: boolean }[]): string {
  const [isLess, isMore] = [true, false].map((less) => rows.some((row) => row.isLess === less));
  return verdictWords[isLess ? (isMore ? 'both' : 'narrows') : 'widens'];
}
