import { reachJson } from '../reach/report/index.ts';
import type { ImpactReport } from './impact-report.ts';
import { type Phrase, phraseText } from './phrase.ts';

/** The report as plain data for programs: sentences become text, with values as they are. */
export function reportJson(report: ImpactReport) {
  const { attention, ruleChanges, headline, simulation, fileDiffs, reach, ...rest } = report;
  return {
    headline: headline.text,
    ...rest,
    simulation,
    reach: 'diff' in reach ? reachJson(reach) : reach,
    attention: attention.map((item) => ({ ...item, phrase: undefined, text: text(item.phrase) })),
    ruleChanges: ruleChanges.map((change) => ({
      ...change,
      statements: change.statements.map(({ clause, weakens, phrase }) => ({
        clause,
        weakens,
        text: text(phrase),
      })),
    })),
  };
}

function text(phrase: Phrase): string {
  return phraseText(phrase, (value) => value);
}
