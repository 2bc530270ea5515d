import { parsePolicies } from '../../src/policy/index.ts';
import { compile, type RuleSet } from '../../src/rules/index.ts';

/** 23 November 2026, midnight UTC: when all these tests begin to look. */
export const from = Date.UTC(2026, 10, 23);

/** An agent of 10.8.1.0/28 with windows and budgets to choose from; every line of `spec` as YAML. */
export function agent(name: string, spec: readonly string[], cidrs = '[10.8.1.0/28]'): string {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    `metadata: {name: ${name}, version: 1.0.0}`,
    'spec:',
    `  workloads: {cidrs: ${cidrs}}`,
    '  dns: {resolvers: [10.8.0.53]}',
    '  windows: {office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}}',
    '  budgets: {small: {bytes: 100MB, per: hour}, large: {bytes: 1GB, per: hour}}',
    ...spec.map((line) => `  ${line}`),
  ].join('\n');
}

export function guardrail(name: string, spec: readonly string[]): string {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: Guardrail',
    `metadata: {name: ${name}, version: 1.0.0}`,
    'spec:',
    ...spec.map((line) => `  ${line}`),
  ].join('\n');
}

/** @throws {Error} where the documents are not sound. */
export function rulesOf(...documents: readonly string[]): RuleSet {
  const files = [{ path: 'all.yaml', text: documents.join('\n---\n') }];
  const { policySet, problems } = parsePolicies(files, []);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (!policySet || errors.length > 0) throw new Error(JSON.stringify(errors));
  return compile(policySet);
}
