import { type ExaminedPolicies, examinePolicies } from '../../src/analysis/index.ts';

/** Noon of a Monday. */
const now = Date.parse('2026-11-23T12:00:00Z');

/** What is found in texts as files `0.yaml`, `1.yaml`, …, lints included. */
export function examine(...texts: readonly string[]): ExaminedPolicies {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
  return examinePolicies(files, [], { now });
}

/** The problems as `SP405 0.yaml:8`. */
export function found(...texts: readonly string[]): string[] {
  return examine(...texts).problems.map(({ code, file, line }) => `${code} ${file}:${line}`);
}
