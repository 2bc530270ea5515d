import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { VersionBump } from '../../src/analysis/index.ts';

/**
 * Edits of policies, and the version bumps that they ask for (rule F6).
 *
 *     title: What the vectors show
 *     rules: [F6]
 *     before: "apiVersion: …"
 *     cases:
 *       - title: a port more
 *         replace: {"[443]": "[443, 8443]"}   # each text stands once in `before`
 *         append: "…"                         # more at its end
 *         expect: {AgentPolicy/a: {effect: widens, asked: minor, made: none, enough: false, wanted: 1.1.0}}
 */
export interface BumpVectors {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly cases: readonly BumpCase[];
}

export interface BumpCase {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly expect: Readonly<Record<string, ExpectedBump>>;
}

export type ExpectedBump = Pick<VersionBump, 'effect' | 'asked' | 'made' | 'enough' | 'wanted'>;

interface BumpFile extends Omit<BumpVectors, 'name' | 'cases'> {
  readonly before: string;
  readonly cases: readonly {
    readonly title: string;
    readonly replace?: Readonly<Record<string, string>>;
    readonly append?: string;
    readonly expect: BumpCase['expect'];
  }[];
}

export function loadBumpVectors(): BumpVectors[] {
  const folder = join(import.meta.dirname, 'version-bumps');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const { title, rules, before, cases } = parse(
      readFileSync(join(folder, file), 'utf8'),
    ) as BumpFile;
    return {
      name: file.replace(/\.yaml$/, ''),
      title,
      rules,
      cases: cases.map(({ replace = {}, append = '', ...one }) => ({
        title: one.title,
        expect: one.expect,
        before,
        after: edited(before, replace) + append,
      })),
    };
  });
}

function edited(before: string, replace: Readonly<Record<string, string>>): string {
  return Object.entries(replace).reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${from} does not stand once`);
    return text.replace(from, () => to);
  }, before);
}
