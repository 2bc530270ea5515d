import { type ReachReport, reachReport } from '../../src/reach/report/index.ts';
import { policies } from '../impact/policies.ts';

/** A Monday. */
export const from = Date.parse('2026-11-23T00:00:00Z');

export const office =
  'office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}';

/** An agent with clauses on lines of their own, the first of them on line 8. */
export function bot(clauses: readonly string[], extra: readonly string[] = []): string {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    'metadata: {name: bot, version: 1.0.0}',
    'spec:',
    '  workloads: {cidrs: [10.8.1.0/24]}',
    '  dns: {resolvers: [10.8.0.53]}',
    '  allow:',
    ...clauses.map((clause) => `    - {${clause}}`),
    ...extra.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** The report of a change from one text of a policy file to another. */
export function reported(before: string, after: string): ReachReport {
  return reachReport(policies({ 'bot.yaml': before }), policies({ 'bot.yaml': after }), { from });
}
