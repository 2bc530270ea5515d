import {
  describeCase,
  expectationText,
  type PolicyTestResult,
  verdictText,
} from '../../analysis/index.ts';
import { harmlessJson, harmlessText } from '../../policy/index.ts';

/** What came of PolicyTests in the Test Anything Protocol, version 14; a test point is a case. */
export function testsTap(results: readonly PolicyTestResult[]): string {
  const points = results.map((result, i) => {
    const name = `${result.test} ${result.number}: ${describeCase(result.case)}`;
    const point = `${result.ok ? 'ok' : 'not ok'} ${i + 1} - ${escaped(harmlessText(name))}\n`;
    return result.ok ? point : `${point}${diagnostics(result)}`;
  });
  return `TAP version 14\n1..${results.length}\n${points.join('')}`;
}

/** A bare `#` would begin a directive, such as `# SKIP`. */
function escaped(name: string): string {
  return name.replace(/[\\#]/g, '\\$&');
}

/** JSON texts are YAML too, whatever is in them. */
function diagnostics({ case: one, verdict }: PolicyTestResult): string {
  const { file, line, column } = one.position;
  const fields = {
    severity: 'fail',
    expected: expectationText(one),
    actual: verdictText(verdict),
    at: { file, line, column },
  };
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${harmlessJson(value)}\n`);
  return `  ---\n${lines.join('')}  ...\n`;
}
