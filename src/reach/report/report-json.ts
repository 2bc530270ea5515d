import type { AgentReachDiff, Deciding } from '../index.ts';
import type { Place, ReachReport } from './reach-report.ts';

/** The report as one JSON document: everything, times in RFC 3339, clauses with their places. */
export function reachJson({ diff, bumps, placeOf }: ReachReport) {
  const deciding = (side: Place['side'], one: Deciding) => {
    const place = one.clause === null ? undefined : placeOf(side, one.clause);
    return { ...one, place: place ? { file: place.file, line: place.line } : null };
  };
  const sides = <Change extends { readonly before: Deciding; readonly after: Deciding }>(
    change: Change,
  ) => ({
    ...change,
    before: deciding('before', change.before),
    after: deciding('after', change.after),
  });
  const agents = diff.agents.map((agent: AgentReachDiff) => ({
    ...agent,
    flows: agent.flows.map(sides),
    questions: agent.questions.map(sides),
  }));
  return {
    verdict: diff.verdict,
    from: timeText(diff.from),
    until: timeText(diff.until),
    agents,
    versions: bumps,
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
