import type { ImpactReport } from '../impact-report.ts';
import { type Detail, detailSteps } from './detail.ts';
import type { Links } from './links.ts';
import { agentsTable, attentionSection, headingLines } from './overview.ts';
import {
  agentDetails,
  coverageLine,
  diffDetails,
  footer,
  nextCommands,
  reachSection,
} from './particulars.ts';

export interface MarkdownOptions {
  /** Most bytes of UTF-8 that the text may have; default 60,000, which GitHub's 65,536 characters always hold. */
  readonly budget?: number;
  readonly links?: Links;
  /** The policy folder inside the repository, for the commands; default `policies`. */
  readonly folder?: string;
}

/**
 * The report as a comment for a pull request, in GitHub's Markdown. Over budget, whole parts are shortened step by step
 * and the text says so; markup is never cut. Nothing from a policy, a recording or a file name can act as markup.
 */
export function renderMarkdown(report: ImpactReport, options: MarkdownOptions = {}): string {
  const { budget = 60_000, links = {}, folder = 'policies' } = options;
  for (const detail of detailSteps) {
    const text = renderWith(report, detail, links, folder);
    if (new TextEncoder().encode(text).length <= budget) return text;
  }
  return `${headingLines(report)}\n`;
}

function renderWith(report: ImpactReport, detail: Detail, links: Links, folder: string): string {
  const parts = [
    headingLines(report),
    agentsTable(report.simulation, detail),
    attentionSection(report.attention, detail, links),
    reachSection(report, detail, links),
    ...agentDetails(report.simulation, detail),
    coverageLine(report),
    diffDetails(report.fileDiffs, detail),
    detail.isShortened ? 'Shortened to fit a comment: the commands below tell all of it.' : '',
    nextCommands(report, folder),
    footer(report, links),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
