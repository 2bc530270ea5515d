import path from 'node:path';
import { styleText } from 'node:util';
import {
  decodeFile,
  formatProblem,
  harmlessText,
  type Paint,
  type PolicyFile,
  type Problem,
} from '../policy/index.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours for a stream: none unless it is a terminal, none with NO_COLOR. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const style = (format: Style) => (text: string) =>
    text === '' ? text : styleText(format, text, { stream });
  return {
    error: style(['bold', 'red']),
    warning: style(['bold', 'yellow']),
    notice: style(['bold', 'cyan']),
    strong: style('bold'),
    faint: style('dim'),
  };
}

// Neither a file nor a pipe has an end of line; what is written there is mostly read in a window of this size.
const usualWidth = 100;

/** Columns of a terminal. */
export function terminalWidth(stream: NodeJS.WriteStream): number {
  return stream.columns > 0 ? stream.columns : usualWidth;
}

export interface ReportedFolder {
  /** As the user named it: paths are shown under it, so that editors and terminals can open them. */
  readonly dir: string;
  readonly files: readonly PolicyFile[];
  readonly problems: readonly Problem[];
}

/** Problems with the lines they are about, for people. Ends in an empty line unless there are none. */
export function problemReport({ dir, files, problems }: ReportedFolder, paint: Paint): string {
  const texts = new Map(files.map((file) => [file.path, textOf(file)]));
  return problems
    .map((problem) => {
      const text = texts.get(problem.file);
      const shown = { ...problem, file: path.join(dir, problem.file) };
      return `${formatProblem(shown, { paint, ...(text === undefined ? {} : { text }) })}\n\n`;
    })
    .join('');
}

/** `2 errors and 1 warning`. */
export function countProblems(problems: readonly Problem[]): string {
  const parts = (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return number > 0 ? [count(number, severity)] : [];
  });
  const last = parts.pop();
  if (last === undefined) return 'no problems';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

/** `1 agent`, `2 agents`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** One line of an error for a terminal. */
export function errorLine(paint: Paint, message: string): string {
  return `${paint.error('error:')} ${harmlessText(message)}\n`;
}

function textOf(file: PolicyFile): string | undefined {
  const decoded = decodeFile(file);
  return 'text' in decoded ? decoded.text : undefined;
}
