import path from 'node:path';
import {
  describeCase,
  expectationText,
  type PolicyTestResult,
  verdictText,
} from '../../analysis/index.ts';
import { harmlessText, type Paint } from '../../policy/index.ts';
import { count } from '../report.ts';

interface TextOptions {
  /** As the user named it: places are shown under it. */
  readonly dir: string;
  readonly paint: Paint;
  /** Cases that are as expected are told too. */
  readonly verbose: boolean;
}

/** What came of PolicyTests, for people: one line for each test, and what is wrong with place and both verdicts. */
export function testsText(results: readonly PolicyTestResult[], options: TextOptions): string {
  const { paint } = options;
  const tests = [...Map.groupBy(results, ({ test }) => test)].map(([test, cases]) => {
    const failed = cases.filter(({ ok }) => !ok).length;
    const mark = failed === 0 ? '✓' : paint.error('✗');
    const told = failed === 0 ? '' : `, ${paint.error(`${failed} failed`)}`;
    const shown = cases.filter(({ ok }) => options.verbose || !ok);
    return [
      `${mark} ${paint.strong(harmlessText(test))}  ${count(cases.length, 'case')}${told}\n`,
      ...shown.map((result) => caseText(result, options)),
    ].join('');
  });
  return `${tests.join('')}${tests.length > 0 ? '\n' : ''}${summary(results, paint)}\n`;
}

function caseText(result: PolicyTestResult, { dir, paint }: TextOptions): string {
  const { number, ok, verdict, case: one } = result;
  const { file, line } = one.position;
  const place = paint.faint(harmlessText(`${path.join(dir, file)}:${line}`));
  const what = harmlessText(describeCase(one));
  if (ok) return `    ✓ ${number}. ${what}: ${harmlessText(verdictText(verdict))}\n`;
  return [
    `    ${paint.error('✗')} ${number}. ${what}  ${place}`,
    `         expected  ${harmlessText(expectationText(one))}`,
    `         actual    ${harmlessText(verdictText(verdict))}`,
    '',
  ].join('\n');
}

function summary(results: readonly PolicyTestResult[], paint: Paint): string {
  const tests = new Set(results.map(({ test }) => test)).size;
  const failed = results.filter(({ ok }) => !ok).length;
  if (tests === 0) return 'no PolicyTests: nothing was tested';
  const all = `${count(tests, 'test')}, ${count(results.length, 'case')}`;
  return failed === 0
    ? `${all}: all as expected`
    : `${all}: ${paint.error(`${count(failed, 'case')} failed`)}`;
}
