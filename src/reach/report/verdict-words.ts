import type { AgentReachDiff, ReachDiff, ReachVerdict } from '../index.ts';

/** Whether what an agent may do becomes less, more, or some of each. */
const verdictWords: Readonly<Record<ReachVerdict, string>> = {
  equivalent: 'equivalent',
  narrows: 'narrows',
  widens: 'widens',
  both: 'narrows and widens',
};

/** `narrows and widens: 2 agents reach less, 1 agent reaches more`. */
export function headlineText({ verdict, agents }: ReachDiff): string {
  const words = verdictWords[verdict];
  if (verdict === 'equivalent') {
    const handled =
      agents.length > 0 ? `; ${countOf(agents.length, 'agent')} handled otherwise` : '';
    return `${words}: no decision changes${handled}`;
  }
  const less = agents.filter((agent) => agent.verdict === 'narrows' || agent.verdict === 'both');
  const more = agents.filter((agent) => agent.verdict === 'widens' || agent.verdict === 'both');
  const parts = [
    ...(less.length > 0 ? [`${countOf(less.length, 'agent')} ${reach(less)} less`] : []),
    ...(more.length > 0
      ? [`${less.length > 0 ? more.length : countOf(more.length, 'agent')} ${reach(more)} more`]
      : []),
  ];
  return `${words}: ${parts.join(', ')}`;
}

function reach({ length }: readonly AgentReachDiff[]): string {
  return length === 1 ? 'reaches' : 'reach';
}

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
