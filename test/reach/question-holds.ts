import { hostMatches, parseHostPattern } from '../../src/policy/index.ts';
import type { NameTerms, QuestionRegion } from '../../src/reach/index.ts';
import { type Question, questionTypeCode } from '../../src/rules/index.ts';

const address = ['A', 'AAAA', 'CNAME', 'SRV'].map(questionTypeCode);
const text = ['TXT', 'MX'].map(questionTypeCode);

/** Whether a question lies in a region, by patterns alone: the most specific one decides. */
export function questionHolds(region: QuestionRegion, { name, type, at = 0 }: Question): boolean {
  const code = questionTypeCode(type);
  const types = { address, text, any: [...address, ...text] }[region.types];
  const { length, time } = region;
  return (
    types.includes(code) &&
    isIn(region.names, name) &&
    (!length || (length.from <= name.length && name.length <= length.to)) &&
    (!time || time.spans.some(([start, end]) => start <= at && at < end)) &&
    /^[a-z0-9_.-]{1,251}$/.test(name)
  );
}

function isIn({ include, except }: NameTerms, name: string): boolean {
  const matching = (patterns: readonly string[]) =>
    patterns.filter((pattern) => matches(pattern, name)).map(specificity);
  return Math.max(...matching(include), -1) > Math.max(...matching(except), -1);
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '**') return true;
  const parsed = parseHostPattern(pattern);
  return typeof parsed === 'string' ? pattern === name : hostMatches(parsed, name);
}

function specificity(pattern: string): number {
  const labels = pattern.replace(/^\*\*?\.?/, '').split('.').length;
  if (pattern === '**') return 0;
  return 3 * labels + (pattern.startsWith('**') ? 0 : pattern.startsWith('*') ? 1 : 5);
}
