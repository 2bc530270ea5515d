import type { Problem } from '../../policy/index.ts';
import { countProblems } from '../../terminal/index.ts';
import type { Annotation, CheckOutput, Conclusion } from '../forge/index.ts';
import type { Finding } from './finding.ts';

export interface CheckReport {
  readonly conclusion: Conclusion;
  readonly output: CheckOutput;
  readonly annotations: readonly Annotation[];
}

/** More would not be read; the summary says that there are more. */
const MOST_ANNOTATIONS = 300;

/** How a finding shows in the check run. */
export function checkReport(finding: Finding): CheckReport {
  switch (finding.kind) {
    case 'no-folder':
      return {
        conclusion: 'failure',
        output: {
          title: 'The policy folder is gone',
          summary: `This commit has no folder ${codeSpan(finding.path)}. Merging it publishes nothing: gateways keep the rules that they have.`,
        },
        annotations: [],
      };
    case 'errors':
      return {
        conclusion: 'failure',
        output: { title: countProblems(finding.problems), summary: summaryOf(finding.problems) },
        annotations: annotationsOf(finding.problems),
      };
    case 'unchanged':
      return {
        conclusion: 'success',
        output: {
          title: 'The rules do not change',
          summary: `Gateways enforce the same rules before and after this change.\n\n${summaryOf(finding.problems)}`,
        },
        annotations: annotationsOf(finding.problems),
      };
    case 'impact':
      return {
        conclusion: 'success',
        output: { title: finding.impact.title, summary: finding.impact.markdown },
        annotations: annotationsOf(finding.problems),
      };
  }
}

const levels = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

function annotationsOf(problems: readonly Problem[]): Annotation[] {
  return problems.slice(0, MOST_ANNOTATIONS).map((problem) => ({
    path: problem.file,
    startLine: problem.line,
    startColumn: problem.column,
    level: levels[problem.severity],
    title: problem.code,
    message: `${problem.message}\nRemedy: ${problem.remedy}`,
  }));
}

function summaryOf(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'No problems.';
  const unlisted = problems.length - MOST_ANNOTATIONS;
  const more =
    unlisted > 0 ? ` The first ${MOST_ANNOTATIONS} are annotated, ${unlisted} more are not.` : '';
  return `${countProblems(problems)}, annotated on their lines.${more} To see them at home: \`sallyport check\`.`;
}

/** A path of the configuration; it holds no back-tick that would end it. */
function codeSpan(text: string): string {
  return `\`${text.replaceAll('`', '')}\``;
}
