import { isError, type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
import { type ReachReport, reachReport } from '../../src/reach/report/index.ts';
import { compile, type RuleSet } from '../../src/rules/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';

interface Sound {
  readonly files: readonly PolicyFile[];
  readonly policySet: ReturnType<typeof parsePolicies>['policySet'];
  readonly ruleSet: RuleSet;
}

/** Policies that must be in order. */
export function policies(files: Readonly<Record<string, string>>): Sound {
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  const { policySet, problems } = parsePolicies(list);
  const problem = problems.find(isError);
  if (problem) throw new Error(`${problem.file}:${problem.line}: ${problem.message}`);
  return { files: list, policySet, ruleSet: compile(policySet) };
}

/** What the change of policies does to reach, from the day on which flows are recorded. */
export function reachOf(before: Sound, after: Sound): ReachReport {
  return reachReport(before, after, { from: Date.parse('2026-11-23T00:00:00Z') });
}

interface AgentText {
  readonly name?: string;
  readonly mode?: 'enforce' | 'audit';
  readonly cidrs?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** An agent's policy with clauses in flow style, without their braces. */
export function agent({
  name = 'alpha',
  mode,
  cidrs = '10.8.1.0/24',
  allow = [],
  deny = [],
}: AgentText) {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    `metadata: {name: ${name}, version: 1.0.0}`,
    'spec:',
    ...(mode ? [`  mode: ${mode}`] : []),
    `  workloads: {cidrs: [${cidrs}]}`,
    '  dns: {resolvers: [10.8.0.53]}',
    ...section('allow', allow),
    ...section('deny', deny),
    '',
  ].join('\n');
}

export function guardrail(name: string, deny: readonly string[]): string {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: Guardrail',
    `metadata: {name: ${name}, version: 1.0.0}`,
    'spec:',
    ...section('deny', deny),
    '',
  ].join('\n');
}

function section(title: string, clauses: readonly string[]): string[] {
  return clauses.length === 0
    ? []
    : [`  ${title}:`, ...clauses.map((clause) => `    - {${clause}}`)];
}

export const web = 'id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
export const api = 'id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]';

/** A recorded flow of alpha to a web server. */
export function flow(fields: Partial<RecordedFlow> = {}): RecordedFlow {
  return {
    at: '2026-11-23T10:00:00.000Z',
    agent: 'alpha',
    src: '10.8.1.2',
    dst: '192.0.2.1',
    protocol: 'tcp',
    port: 443,
    names: [],
    decision: 'allow',
    reason: 'allowed',
    clause: 'AgentPolicy/alpha#web',
    policyVersion: '1.0.0',
    count: 1,
    ...fields,
  };
}

export async function* recorded(...flows: readonly RecordedFlow[]): AsyncGenerator<RecordedFlow> {
  yield* flows;
}

/** What is said of a recording that was replayed. */
export const recording = {
  name: 'eu-gateways',
  summary: {
    segments: 1,
    flows: 1,
    from: null,
    to: null,
    unreadable: [],
    skipped: { closed: 0, questions: 0, other: 0, malformed: 2, tooLong: 0, torn: 1 },
  },
};
