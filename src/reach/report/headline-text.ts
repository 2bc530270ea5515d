import type { AgentReachDiff, ReachVerdict } from '../index.ts';
import { changesUsually } from './changed-rows.ts';
import type { ReachReport } from './reach-report.ts';
import { countOf, verdictWords } from './verdict-words.ts';

/**
 * `narrows and widens: 2 agents reach less, 1 reaches more`. Agents of whom rare coincidences of names alone are
 * changed are counted by themselves.
 */
export function headlineText({ diff, rules }: Pick<ReachReport, 'diff' | 'rules'>): string {
  const { verdict, agents } = diff;
  const words = verdictWords[verdict];
  if (verdict === 'equivalent') {
    const handled =
      agents.length > 0 ? `; ${countOf(agents.length, 'agent')} handled otherwise` : '';
    return `${words}: no decision changes${handled}`;
  }
  const changed = (way: ReachVerdict) =>
    agents.filter((agent) => agent.verdict === way || agent.verdict === 'both');
  const less = changed('narrows').filter((agent) => changesUsually(agent, true, rules));
  const more = changed('widens').filter((agent) => changesUsually(agent, false, rules));
  const usual = new Set([...less, ...more]);
  const rare = agents.filter((agent) => agent.verdict !== 'equivalent' && !usual.has(agent));
  const number = (list: readonly AgentReachDiff[], isFirst: boolean) =>
    isFirst ? countOf(list.length, 'agent') : `${list.length}`;
  const parts = [
    ...(less.length > 0 ? [`${number(less, true)} ${reach(less)} less`] : []),
    ...(more.length > 0 ? [`${number(more, less.length === 0)} ${reach(more)} more`] : []),
    ...(rare.length > 0
      ? [`${number(rare, usual.size === 0)} only by rare coincidences of names`]
      : []),
  ];
  return `${words}: ${parts.join(', ')}`;
}

function reach({ length }: readonly AgentReachDiff[]): string {
  return length === 1 ? 'reaches' : 'reach';
}
