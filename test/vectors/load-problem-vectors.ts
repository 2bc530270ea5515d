import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PolicyFile } from '../../src/policy/index.ts';

/**
 * Policies, and every problem that must be found in them: the rules of the language that are about refusal.
 *
 *     title: What the vectors show
 *     rules: [K3]
 *     cases:
 *       - title: host bits
 *         files: {alpha.yaml: "apiVersion: …"}   # or `policies: "…"`, which is one file named policies.yaml
 *         expect: [SP303 alpha.yaml:7]           # code, file and line of all of them, in order; [] for none
 *
 * A file of a single case may state `files` and `expect` beside `rules`.
 */
export interface ProblemVectors {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly title: string;
  /** Numbers of the rules of the language that it shows. */
  readonly rules: readonly string[];
  readonly cases: readonly ProblemCase[];
}

export interface ProblemCase {
  readonly title: string;
  readonly files: readonly PolicyFile[];
  /** `SP303 alpha.yaml:7` */
  readonly expect: readonly string[];
}

interface WrittenCase {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly policies?: string;
  readonly expect: readonly string[];
}

interface ProblemFile extends Partial<WrittenCase> {
  readonly title: string;
  readonly rules: readonly string[];
  readonly cases?: readonly WrittenCase[];
}

export function loadProblemVectors(): ProblemVectors[] {
  const folder = join(import.meta.dirname, 'problems');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const written = parse(readFileSync(join(folder, file), 'utf8')) as ProblemFile;
    const { title, rules, cases = [written as WrittenCase] } = written;
    return { name: file.replace(/\.yaml$/, ''), title, rules, cases: cases.map(toCase) };
  });
}

function toCase({ title, files, policies, expect }: WrittenCase): ProblemCase {
  const texts = files ?? { 'policies.yaml': policies ?? '' };
  return {
    title,
    files: Object.entries(texts).map(([path, text]) => ({ path, text })),
    expect,
  };
}
