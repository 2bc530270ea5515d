import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type FlowLine, parseFlowValue } from '../../src/flow-lines/index.ts';
import { type Address, parseAddress, parsePolicies } from '../../src/policy/index.ts';
import {
  compile,
  notHeld,
  type Registration,
  type RuleSet,
  type Verdict,
} from '../../src/rules/index.ts';

/** Policies, and what becomes of flows and questions under them: the same for evaluator, kernel and simulator. */
export interface Vectors {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly title: string;
  /** Numbers of the rules of the language that it shows. */
  readonly rules: readonly string[];
  readonly ruleSet: RuleSet;
  /** Workloads that have registered. */
  readonly registrations: readonly Registration[];
  /** What the data plane of this version does not hold of it, by name: `` `during` of AgentPolicy/a#crm ``. */
  readonly notHeld: readonly string[];
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
  readonly registrations?: readonly { readonly address: string; readonly agent: string }[];
  readonly cases: readonly WrittenCase[];
}

interface WrittenCase {
  readonly title: string;
  readonly flow?: object;
  readonly question?: { readonly agent: string } & Readonly<Record<string, unknown>>;
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

function toVectors(name: string, written: VectorFile): Vectors {
  const { title, rules, policies, registrations = [], cases } = written;
  const { policySet, problems } = parsePolicies([{ path: `${name}.yaml`, text: policies }]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const list = errors.map(({ line, code, message }) => `line ${line}: ${code} ${message}`);
    throw new Error(`The policies of the vectors ${name} are not valid:\n${list.join('\n')}`);
  }
  const ruleSet = compile(policySet);
  return {
    name,
    title,
    rules,
    ruleSet,
    registrations: registrations.map(({ address, agent }) => ({ address: parsed(address), agent })),
    notHeld: notHeld(ruleSet).map(({ subject, what }) => `${what} of ${subject}`),
    cases: cases.map((one) => ({
      title: one.title,
      item: parseFlowValue(toLine(one)),
      expect: one.expect,
    })),
  };
}

function parsed(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
}

/** A case as a flow line says it. */
function toLine({ flow, question }: WrittenCase): unknown {
  if (!question) return flow;
  const { agent, ...asked } = question;
  return { agent, question: asked };
}
