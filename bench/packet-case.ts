import type { Cidr } from '../src/policy/index.ts';
import { parsePolicies } from '../src/policy/index.ts';
import { compile, type RuleSet } from '../src/rules/index.ts';

export const AGENT_ADDRESS = { family: 4, value: 0x0a08_0102n } as const;
export const RESOLVER = { family: 4, value: 0x0a08_0035n } as const;

/** One agent with so many clauses: half allow blocks of mixed length, half allow hosts. */
export function rulesOfSize(count: number): { ruleSet: RuleSet; blocks: readonly Cidr[] } {
  const blocks = Array.from({ length: Math.ceil(count / 2) }, (_, i) => blockAt(i));
  const clauses = blocks.flatMap((block, i) => [
    `    - {id: net-${i}, to: {cidr: ${dotted(Number(block.value))}/${block.length}}, protocol: tcp, ports: [443]}`,
    `    - {id: host-${i}, to: {host: ${hostAt(i)}.example.com}, protocol: tcp, ports: [443]}`,
  ]);
  const text = [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    'metadata: {name: bench, version: 1.0.0}',
    'spec:',
    '  workloads: {cidrs: [10.8.1.0/24]}',
    '  dns: {resolvers: [10.8.0.53]}',
    '  allow:',
    ...clauses,
  ].join('\n');
  const { policySet, problems } = parsePolicies([{ path: 'bench.yaml', text }]);
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem) throw new Error(`${problem.line}: ${problem.message}`);
  return { ruleSet: compile(policySet), blocks };
}

/** Five digits: what the bench program writes over. */
export function hostAt(i: number): string {
  return String(i).padStart(5, '0');
}

const lengths = [32, 32, 32, 28, 24] as const;

function blockAt(i: number): Cidr {
  const length = lengths[i % lengths.length] ?? 32;
  return { family: 4, value: 0x2d00_0000n + (BigInt(i) << 8n), length };
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
