import { harmlessText } from './harmless-text.ts';
import type { Problem } from './problem.ts';
import { sourceExcerpt } from './source-excerpt.ts';

/** How parts of a report are set off: colours on a terminal, nothing elsewhere. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly notice: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const plain: Paint = {
  error: (text) => text,
  warning: (text) => text,
  notice: (text) => text,
  strong: (text) => text,
  faint: (text) => text,
};

/**
 * A problem as compilers print them, `file:line:column: error SP208: …`, with the line it is about if the text of the
 * file is at hand. Control characters from the policy are made harmless. No line break at the end.
 */
export function formatProblem(
  problem: Problem,
  options: { text?: string; paint?: Paint } = {},
): string {
  const { text, paint = plain } = options;
  const { file, line, column, severity, code, message, remedy } = problem;
  const lines = [
    `${paint.strong(`${harmlessText(file)}:${line}:${column}:`)} ${paint[severity](`${severity} ${code}:`)} ${harmlessText(message)}`,
  ];
  const excerpt = text === undefined ? undefined : sourceExcerpt(text, problem);
  if (excerpt) {
    const number = String(line);
    const gutter = ' '.repeat(number.length);
    lines.push(
      `  ${paint.faint(`${number} |`)} ${excerpt.line}`,
      `  ${paint.faint(`${gutter} |`)} ${paint[severity](excerpt.caret)}`,
    );
  }
  lines.push(`  ${paint.faint('remedy:')} ${harmlessText(remedy)}`);
  return lines.join('\n');
}
