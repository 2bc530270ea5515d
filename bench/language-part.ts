import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { coverageOf, examinePolicies } from '../src/analysis/index.ts';
import { isError, ParseCache, type PolicyFile, parsePolicies } from '../src/policy/index.ts';
import { compile, createEvaluator, ruleSetDigest, serialiseRuleSet } from '../src/rules/index.ts';
import { readPolicyFolder } from '../src/source/index.ts';
import { languageCase } from './language-case.ts';
import type { Part } from './part.ts';
import { heldBytes, mebibytes, msText, timed } from './timed.ts';

const agents = 1000;
const clausesEach = 100;
const rounds = 3;
const now = Date.parse('2026-11-23T00:00:00Z');

export const languagePart: Part = {
  name: 'language',
  title: 'what 1,000 policies cost from file to rules',
  async measure(progress) {
    const { files, clauses } = languageCase(agents, clausesEach);
    const characters = files.reduce((sum, { text }) => sum + text.length, 0);
    const runs: Step[][] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      runs.push(await withFolder(files, steps));
    }
    const [first = []] = runs;
    return {
      title: 'From policies to rules',
      method: `${agents.toLocaleString('en')} agents of ${clausesEach} clauses, 10 guardrails and 200 endpoints: ${clauses.toLocaleString('en')} clauses in ${files.length.toLocaleString('en')} files, ${(characters / 1e6).toFixed(1)} MB of YAML; hosts, wildcards, IPv4 and IPv6 blocks with exceptions, windows, budgets, principals, endpoints, agents. Every step for all of them, in one thread; quickest of ${rounds} rounds, each with nothing cached but what the step before hands on. Memory is what the result of the step adds to the heap after garbage collection.`,
      columns: ['step', 'ms', 'clauses a second', 'memory'],
      rows: [
        ...first.map(({ name, held }, i) => {
          const ms = Math.min(...runs.map((run) => run[i]?.ms ?? Number.POSITIVE_INFINITY));
          const rate = Number(((clauses / ms) * 1000).toPrecision(2)).toLocaleString('en');
          return [name, msText(ms), rate, held === undefined ? '–' : mebibytes(held)];
        }),
        ['resident set of the process at the end', '', '', mebibytes(process.memoryUsage().rss)],
      ],
    };
  },
};

interface Step {
  readonly name: string;
  readonly ms: number;
  /** Bytes; absent where the result is thrown away. */
  readonly held?: number;
}

async function steps(folder: string): Promise<Step[]> {
  const result: Step[] = [];
  const step = async <T>(name: string, work: () => T | Promise<T>, isKept = true): Promise<T> => {
    const before = heldBytes();
    const { value, ms } = await timed(work);
    result.push({ name, ms, ...(isKept ? { held: Math.max(0, heldBytes() - before) } : {}) });
    return value;
  };
  const { files } = await step('read the folder', () => readPolicyFolder(folder));
  await step('(YAML library alone: tokens and nodes)', () => yamlAlone(files), false);
  const cache = new ParseCache({ maxBytes: Number.POSITIVE_INFINITY });
  await step('parse and validate each file', () => {
    for (const file of files) cache.parse(file);
  });
  const { policySet, problems } = await step('validate them together, files cached', () =>
    parsePolicies(files, [], cache),
  );
  const [error] = problems.filter(isError);
  if (error) throw new Error(`${error.file}:${error.line}: ${error.message}`);
  const ruleSet = await step('compile', () => compile(policySet));
  await step('analyse: tests and lints, files cached', () =>
    examinePolicies(files, [], { cache, now }),
  );
  await step('coverage of every clause', () => coverageOf(policySet, ruleSet));
  await step('canonical text and digest', () => [
    serialiseRuleSet(ruleSet),
    ruleSetDigest(ruleSet),
  ]);
  await step('make an evaluator', () => createEvaluator(ruleSet));
  return result;
}

/** What the library costs by itself, for comparison: positions and meaning are ours. */
function yamlAlone(files: readonly PolicyFile[]): void {
  const options = { lineCounter: new LineCounter(), prettyErrors: false, logLevel: 'silent' };
  for (const { text } of files) {
    parseAllDocuments(text.toString(), { ...options, logLevel: 'silent' });
  }
}

async function withFolder<T>(
  files: readonly PolicyFile[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sallyport-bench-'));
  try {
    for (const file of files) {
      await mkdir(path.join(folder, path.dirname(file.path)), { recursive: true });
      await writeFile(path.join(folder, file.path), file.text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
