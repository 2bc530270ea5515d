import { parsePolicies } from '../../../src/policy/index.ts';
import { type AgentRules, compile, type RuleSet } from '../../../src/rules/index.ts';
import { dotted } from '../dotted.ts';

type Clause = AgentRules['allow'][number];

const CLAUSES_EACH = 128;
/** 198.18.0.0/15, for benchmarks (RFC 2544). */
const PROBED = 0xc612_0000;

/** Where a clause lets traffic go that comes and goes with `open`. */
export const probe = { src: 0x0a08_0001, dst: PROBED, portSrc: 40_000, portDst: 443 } as const;

/**
 * So many clauses over agents of 128 each: two of three allow a block, the third a host. The first agent may reach
 * {@link probe} too, or not.
 */
export function rulesOverAgents(clauses: number, open: boolean): RuleSet {
  const agents = Math.max(1, Math.round(clauses / CLAUSES_EACH));
  const base = compile(parsePolicies([{ path: 'bench.yaml', text: policies(agents) }]).policySet);
  const each = Math.floor(clauses / agents);
  return {
    ...base,
    agents: base.agents.map((agent, i) => ({
      ...agent,
      allow: [
        ...(i === 0 && open ? [probeClause(agent.name)] : []),
        ...Array.from({ length: each }, (_, n) => clauseAt(agent.name, i, n)),
      ],
    })),
  };
}

/** What workloads register with to be the first agent. */
export const openLabels = { app: 'bench' };
const selector = `, selector: ${JSON.stringify(openLabels)}`;

function policies(agents: number): string {
  const documents = Array.from(
    { length: agents },
    (_, i) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${agentName(i)}, version: 1.0.0}
spec:
  workloads: {cidrs: [${dotted(0x0a08_0000 + i * 16)}/28]${i === 0 ? selector : ''}}
  dns: {resolvers: [10.201.0.53]}
  allow: [{id: any, to: {host: example.com}, protocol: tcp, ports: [443]}]
`,
  );
  return documents.join('---\n');
}

function agentName(i: number): string {
  return `agent-${String(i).padStart(5, '0')}`;
}

function probeClause(agent: string): Clause {
  const cidr = `${dotted(PROBED)}/32`;
  return { ...clauseTo(agent, 'probe'), to: { kind: 'cidr', cidr, except: [] } };
}

function clauseAt(agent: string, i: number, n: number): Clause {
  const clause = clauseTo(agent, `c${n}`);
  if (n % 3 === 2) {
    const suffix = `h${n}.s${i}.example.com`;
    return { ...clause, to: { kind: 'host', host: { match: 'exact', suffix } } };
  }
  const length = [32, 32, 28, 24][n % 4] ?? 32;
  const cidr = `${dotted(0x2d00_0000 + (i * CLAUSES_EACH + n) * 256)}/${length}`;
  return { ...clause, to: { kind: 'cidr', cidr, except: [] } };
}

function clauseTo(agent: string, id: string): Omit<Clause, 'to'> {
  return { id: `AgentPolicy/${agent}#${id}`, protocol: 'tcp', ports: [[443, 443]] };
}
