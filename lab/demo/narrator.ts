import { styleText } from 'node:util';
import { markdownLines } from './markdown-lines.ts';
import type { Check, DemoReport, Exhibit } from './report.ts';
import type { Narrator } from './run-story.ts';

type Style = Parameters<typeof styleText>[0];

/** Writes the story for a reader; colours only where `stream` shows them. */
export function terminalNarrator(stream: NodeJS.WriteStream): Narrator {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const write = (line = '') => stream.write(`${line}\n`);
  const mark = (ok: boolean) => (ok ? paint('green', '✓') : paint('red', '✗'));
  const tellCheck = ({ ok, says, ms, evidence }: Check) => {
    const took = ms === undefined ? '' : paint('dim', `  ${formatMs(ms)}`);
    write(`   ${mark(ok)} ${ok ? says : paint('bold', says)}${took}`);
    for (const line of evidence) write(paint('dim', `       ${shortened(line)}`));
  };
  const tellExhibit = ({ title, markdown }: Exhibit) => {
    write(`     ┌ ${paint('bold', title)}`);
    for (const line of markdownLines(markdown, paint)) {
      write(`     │ ${line}`.trimEnd());
    }
    write('     └');
  };
  return {
    begin: (number, { title }) => {
      write();
      write(paint('bold', `${String(number).padStart(2)}. ${title}`));
    },
    end: ({ checks, exhibits, error, ms, ok }) => {
      for (const check of checks) tellCheck(check);
      for (const exhibit of exhibits) tellExhibit(exhibit);
      for (const line of (error ?? '').split('\n').filter(Boolean)) {
        write(`   ${mark(false)} ${line}`);
      }
      write(`   ${mark(ok)} ${paint('dim', formatMs(ms))}`);
    },
  };
}

/** Writes how it ended: what held, what did not, and the measured values. */
export function tellSummary(
  stream: NodeJS.WriteStream,
  { ok, interrupted, ms, steps }: DemoReport,
): void {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const write = (line = '') => stream.write(`${line}\n`);
  const failed = steps.filter((step) => !step.ok);
  const checks = steps.flatMap((step) => step.checks);
  const held = checks.filter((check) => check.ok).length;
  write();
  for (const [name, value] of steps.flatMap((step) => Object.entries(step.figures))) {
    write(`    ${name}: ${paint('bold', formatMs(value))}`);
  }
  write();
  const total = `${held} of ${checks.length} checks, ${steps.length} steps, ${formatMs(ms)}`;
  const [style, verdict]: [Style, string] = ok
    ? [['green', 'bold'], 'All held']
    : [['red', 'bold'], interrupted ? 'Interrupted' : 'Not all held'];
  write(paint(style, `${verdict}: ${total}.`));
  for (const { title, checks, error } of failed) {
    write(`  ✗ ${title}${error ? `: ${error.split('\n')[0]}` : ''}`);
    for (const check of checks.filter((check) => !check.ok)) write(`      ✗ ${check.says}`);
  }
}

const widest = 180;

/** The whole of it is in the JSON document. */
function shortened(line: string): string {
  return line.length <= widest ? line : `${line.slice(0, widest - 1)}…`;
}

/** Milliseconds for a reader. */
function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** Says nothing. */
export const silentNarrator: Narrator = { begin: () => undefined, end: () => undefined };
