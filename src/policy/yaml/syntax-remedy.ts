import type { YAMLError } from 'yaml';

/** What mostly mends an error that the YAML parser reports. */
export function syntaxRemedy(code: YAMLError['code']): string {
  return remedies[code] ?? 'correct the YAML here';
}

const remedies: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT: 'give the fields of one mapping the same indentation',
  BAD_SCALAR_START: 'put the value in quotes',
  BAD_DQ_ESCAPE: 'write a backslash as `\\\\`, or use single quotes',
  MISSING_CHAR: 'write fields as `key: value`, and close every quote and bracket',
  TAB_AS_INDENT: 'indent with spaces',
};
