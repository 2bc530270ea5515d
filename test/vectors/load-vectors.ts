import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type FlowLine, parseFlowValue } from '../../src/flow-lines/index.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile, type RuleSet, type Verdict } from '../../src/rules/index.ts';

/** Policies, and what becomes of flows and questions under them: the same for evaluator, kernel and simulator. */
export interface Vectors {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly title: string;
  /** Numbers of the rules of the language that it shows. */
  readonly rules: readonly string[];
  readonly ruleSet: RuleSet;
  readonly cases: readonly VectorCase[];
}

export interface VectorCase {
  /** What it shows, in a few words; unique in its file. */
  readonly title: string;
  readonly item: FlowLine;
  readonly expect: ExpectedVerdict;
}

/** `mode` and `noted` are compared only where they are stated. */
export type ExpectedVerdict = Pick<Verdict, 'decision' | 'reason' | 'clause'> &
  Partial<Pick<Verdict, 'mode' | 'noted'>>;

interface VectorFile {
  readonly title: string;
  readonly rules: readonly string[];
  readonly policies: string;
  readonly cases: readonly WrittenCase[];
}

interface WrittenCase {
  readonly title: string;
  readonly flow?: object;
  readonly question?: { readonly agent: string; readonly name: string; readonly type: unknown };
  readonly expect: ExpectedVerdict;
}

/** @throws {Error} naming the file whose policies or lines are not valid. */
export function loadVectors(): Vectors[] {
  const folder = import.meta.dirname;
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return toVectors(file.replace(/\.yaml$/, ''), parse(text) as VectorFile);
  });
}

function toVectors(name: string, { title, rules, policies, cases }: VectorFile): Vectors {
  const { policySet, problems } = parsePolicies([{ path: `${name}.yaml`, text: policies }]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const list = errors.map(({ line, code, message }) => `line ${line}: ${code} ${message}`);
    throw new Error(`The policies of the vectors ${name} are not valid:\n${list.join('\n')}`);
  }
  return {
    name,
    title,
    rules,
    ruleSet: compile(policySet),
    cases: cases.map((written) => ({
      title: written.title,
      item: parseFlowValue(toLine(written)),
      expect: written.expect,
    })),
  };
}

/** A case as a flow line says it. */
function toLine({ flow, question }: WrittenCase): unknown {
  if (!question) return flow;
  const { agent, ...asked } = question;
  return { agent, question: asked };
}
