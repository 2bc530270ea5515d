import type { AgentReachDiff, ReachVerdict } from '../reach-diff.ts';

/** What the changes of one agent come to. */
export function verdictOf({
  flows,
  questions,
  sources: { added, removed, selector },
  handling,
}: Omit<AgentReachDiff, 'verdict'>): ReachVerdict {
  const isLabelled = (labels: object = {}) => Object.keys(labels).length > 0;
  const widens =
    flows.some(({ change }) => change === 'reachable') ||
    questions.some(({ change }) => change === 'askable') ||
    added.length > 0 ||
    isLabelled(selector?.after);
  const narrows =
    flows.some(({ change }) => change === 'unreachable') ||
    questions.some(({ change }) => change === 'refused') ||
    removed.length > 0 ||
    isLabelled(selector?.before);
  const beside = handling.map(({ verdict }) => verdict ?? 'equivalent');
  return together([both(widens, narrows), ...beside]);
}

/** What several changes come to. */
export function together(verdicts: readonly ReachVerdict[]): ReachVerdict {
  const is = (wanted: ReachVerdict) =>
    verdicts.some((verdict) => verdict === wanted || verdict === 'both');
  return both(is('widens'), is('narrows'));
}

function both(widens: boolean, narrows: boolean): ReachVerdict {
  if (widens) return narrows ? 'both' : 'widens';
  return narrows ? 'narrows' : 'equivalent';
}
