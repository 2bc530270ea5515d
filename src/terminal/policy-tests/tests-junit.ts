import {
  describeCase,
  expectationText,
  type PolicyTestResult,
  verdictText,
} from '../../analysis/index.ts';
import { harmlessText } from '../../policy/index.ts';

/** What came of PolicyTests as JUnit XML, the form that build servers read: a suite for each PolicyTest. */
export function testsJunit(results: readonly PolicyTestResult[]): string {
  const suites = [...Map.groupBy(results, ({ test }) => test)].map(([test, cases]) => {
    const counts = `tests="${cases.length}" failures="${failures(cases)}"`;
    return `  <testsuite name="${text(test)}" ${counts}>\n${cases.map(testCase).join('')}  </testsuite>\n`;
  });
  const counts = `tests="${results.length}" failures="${failures(results)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="PolicyTests" ${counts}>\n`,
    ...suites,
    '</testsuites>\n',
  ].join('');
}

function failures(results: readonly PolicyTestResult[]): number {
  return results.filter(({ ok }) => !ok).length;
}

function testCase({ test, number, ok, case: one, verdict }: PolicyTestResult): string {
  const { file, line } = one.position;
  const name = `name="${text(`${number}. ${describeCase(one)}`)}"`;
  const place = `classname="${text(test)}" file="${text(file)}" line="${line}"`;
  if (ok) return `    <testcase ${name} ${place}/>\n`;
  const message = `expected ${expectationText(one)}, actual ${verdictText(verdict)}`;
  return [
    `    <testcase ${name} ${place}>\n`,
    `      <failure message="${text(message)}">${text(`${file}:${line}: ${message}`)}</failure>\n`,
    '    </testcase>\n',
  ].join('');
}

/** XML cannot hold control characters even as references: {@link harmlessText} has made them visible. */
function text(value: string): string {
  return harmlessText(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
