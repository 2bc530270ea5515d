import { type Coverage, coverageCounts, coverageLevels } from '../analysis/index.ts';
import { harmlessText, type Paint } from '../policy/index.ts';

/** How far the data plane holds each clause, by document, for people. */
export function coverageReport(coverage: readonly Coverage[], paint: Paint): string {
  const documents = Map.groupBy(coverage, ({ subject }) => subject.split('#')[0] ?? subject);
  const parts = [...documents].map(([document, entries]) => {
    const width = Math.max(...entries.map((entry) => labelOf(entry).length));
    const lines = entries.flatMap((entry) => entryLines(entry, width, paint));
    return [paint.strong(harmlessText(document)), ...lines, ''].join('\n');
  });
  const refused = coverage.some(({ level }) => level === 'not enforceable here')
    ? ['gateways of this version refuse these policies: they never enforce less than is written']
    : [];
  return [coverageLine(coverage), ...refused, '', ...parts, ''].join('\n');
}

/** `coverage: 10 enforced, 3 partly, 0 not enforceable here`. */
function coverageLine(coverage: readonly Coverage[]): string {
  const counts = coverageCounts(coverage);
  return `coverage: ${coverageLevels.map((level) => `${counts[level]} ${level}`).join(', ')}`;
}

function entryLines(entry: Coverage, width: number, paint: Paint): string[] {
  const { level, why } = entry;
  const color = {
    enforced: paint.faint,
    partly: paint.warning,
    'not enforceable here': paint.error,
  };
  const [first, ...more] = why.map(harmlessText);
  const head = `  ${harmlessText(labelOf(entry)).padEnd(width)}  ${color[level](level)}`;
  const indent = ' '.repeat(width + 4);
  return [first === undefined ? head : `${head}: ${first}`, ...more.map((text) => indent + text)];
}

/** The clause in its document; what the document itself states has no id. */
function labelOf({ subject }: Coverage): string {
  return subject.split('#')[1] ?? '(document)';
}
