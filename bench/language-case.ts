import type { PolicyFile } from '../src/policy/index.ts';

/** What a policy repository of that size looks like: a file for each agent, endpoints, guardrails and gateway groups. */
export interface LanguageCase {
  readonly files: readonly PolicyFile[];
  /** Clauses that are written, of agents and guardrails. */
  readonly clauses: number;
}

const guardrails = 10;
const guardrailClauses = 40;
const endpoints = 200;
const teams = 10;

/** An even number of agents with so many clauses each; the same files every time. */
export function languageCase(agents: number, clausesEach: number): LanguageCase {
  return {
    files: [
      ...Array.from({ length: agents }, (_, i) => agentFile(i, clausesEach)),
      ...Array.from({ length: guardrails }, (_, i) => guardrailFile(i)),
      { path: 'catalogue/endpoints.yaml', text: endpointsText() },
      { path: 'gateways/groups.yaml', text: groupsText() },
    ],
    clauses: agents * clausesEach + guardrails * guardrailClauses,
  };
}

/** The file of one agent; of another `edition` it has one clause more, which widens it. */
export function agentFile(number: number, clauses: number, edition = 0): PolicyFile {
  const name = agentName(number);
  const team = number % teams;
  const denies = Math.ceil(clauses * 0.1);
  const ingress = Math.min(2, clauses);
  const allows = clauses - denies - ingress;
  const extra =
    edition > 0
      ? [`    - {id: added, to: {cidr: 10.210.${edition % 256}.0/24}, protocol: tcp, ports: [443]}`]
      : [];
  const text = [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    `metadata: {name: ${name}, version: 1.${edition}.0, owner: team-${team}, labels: {team: t${team}}}`,
    'spec:',
    `  workloads: {cidrs: [${workloadBlock(number)}, "fd00:8:${number.toString(16)}::/64"]}`,
    '  gateways: {region: eu}',
    '  data: [internal]',
    '  windows:',
    '    office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}',
    '    night: {from: "22:00", to: "04:00", timezone: America/New_York}',
    '  budgets:',
    '    upload: {bytes: 500MB, per: day}',
    '  allow:',
    ...extra,
    ...Array.from({ length: allows }, (_, i) => `    - ${allowAt(number, i)}`),
    '  deny:',
    ...Array.from({ length: denies }, (_, i) => `    - ${denyAt(number, i)}`),
    '  ingress:',
    '    allow:',
    ...Array.from({ length: ingress }, (_, i) => `      - ${ingressAt(number, i)}`),
    '',
  ].join('\n');
  return { path: `teams/t${team}/${name}.yaml`, text };
}

function agentName(number: number): string {
  return `agent-${String(number).padStart(4, '0')}`;
}

/** A /28 of its own for each agent. */
function workloadBlock(number: number): string {
  return `10.8.${number >> 4}.${(number & 15) << 4}/28`;
}

/** Out of 20 clauses 8 by host, 6 by IPv4 block, 2 by IPv6 block, 2 endpoints, one for principals, one to another agent. */
function allowAt(agent: number, index: number): string {
  const turn = index % 20;
  const id = `allow-${index}`;
  const host = `h${index}.s${(agent * 7 + index) % 500}.example.com`;
  const when = index % 40 === 3 ? ', during: office' : index % 40 === 23 ? ', during: night' : '';
  const until = index % 50 === 7 ? ', expires: 2030-03-31' : '';
  const budget = index % 40 === 5 ? ', budget: upload' : '';
  const rest = `${when}${until}${budget}, reason: TICKET-${agent * 100 + index}`;
  if (turn < 5) return `{id: ${id}, to: {host: ${host}}, protocol: https${rest}}`;
  if (turn < 7)
    return `{id: ${id}, to: {host: "*.${host}"}, protocol: tls, ports: [443, 8443]${rest}}`;
  if (turn < 8) return `{id: ${id}, to: {host: "**.${host}"}, protocol: tls, ports: [443]${rest}}`;
  const [second, third] = [(agent + index * 3) % 256, (agent * 5 + index) % 256];
  if (turn < 11) {
    return `{id: ${id}, to: {cidr: 172.${16 + (second % 16)}.${third}.0/24}, protocol: tcp, ports: [5432, "6000-6010"]${rest}}`;
  }
  if (turn < 14) {
    const block = `100.${64 + (second % 64)}`;
    return `{id: ${id}, to: {cidr: ${block}.0.0/16, except: [${block}.${third}.0/24, ${block}.9.0/28]}, protocol: tcp, ports: [443]${rest}}`;
  }
  if (turn < 16) {
    return `{id: ${id}, to: {cidr: "2001:db8:${second.toString(16)}:${third.toString(16)}::/64"}, protocol: udp, ports: [4500]${rest}}`;
  }
  if (turn < 18)
    return `{id: ${id}, to: {endpoint: service-${(agent + index) % endpoints}}${rest}}`;
  if (turn < 19) {
    return `{id: ${id}, to: {host: ${host}}, protocol: https, onBehalfOf: [group:g${index % 9}, group:leads]${rest}}`;
  }
  return `{id: ${id}, to: {agent: ${agentName(agent ^ 1)}}, protocol: tcp, ports: [${8000 + (index % 50)}]${rest}}`;
}

function denyAt(agent: number, index: number): string {
  const third = (agent * 3 + index) % 256;
  return index % 3 === 0
    ? `{id: deny-${index}, to: {host: "**.d${index}.s${(agent + index) % 500}.example.net"}}`
    : `{id: deny-${index}, to: {cidr: 172.${16 + (index % 16)}.${third}.128/27}}`;
}

function ingressAt(agent: number, index: number): string {
  return index === 0
    ? `{id: in-${index}, from: {cidr: 10.9.${agent % 256}.0/24}, protocol: tcp, ports: [8080]}`
    : `{id: in-${index}, from: {agent: ${agentName(agent ^ 1)}}, protocol: tcp, ports: ["8000-8049"], during: office}`;
}

function guardrailFile(number: number): PolicyFile {
  const clauses = Array.from({ length: guardrailClauses / 2 }, (_, i) => ({
    deny: `    - {id: deny-${i}, to: {cidr: 192.${number}.${i}.0/24}}`,
    allow: `    - {id: allow-${i}, to: {host: log${i}.g${number}.example.org}, protocol: https}`,
  }));
  const text = [
    'apiVersion: sallyport.dev/v1',
    'kind: Guardrail',
    `metadata: {name: guardrail-${number}, version: 1.0.0}`,
    'spec:',
    // The first stands above all agents, the others above those of their team.
    ...(number === 0 ? [] : [`  selector: {team: t${number}}`]),
    '  dns: {resolvers: [10.8.255.53], maxQueriesPerMinute: 600}',
    '  trusted: [10.0.0.0/8, 172.16.0.0/12, 100.64.0.0/10, "2001:db8::/32"]',
    '  deny:',
    ...clauses.map(({ deny }) => deny),
    '  allow:',
    ...clauses.map(({ allow }) => allow),
    '',
  ].join('\n');
  return { path: `guardrails/guardrail-${number}.yaml`, text };
}

function endpointsText(): string {
  return Array.from({ length: endpoints }, (_, i) =>
    [
      'apiVersion: sallyport.dev/v1',
      'kind: Endpoint',
      `metadata: {name: service-${i}, version: 1.0.0}`,
      i % 2 === 0
        ? `spec: {host: service-${i}.catalogue.example.com, protocol: https, accepts: [internal]}`
        : `spec: {cidr: 10.200.${i}.0/24, protocol: tcp, ports: [443], accepts: [internal]}`,
      '',
    ].join('\n'),
  ).join('---\n');
}

function groupsText(): string {
  return [
    'apiVersion: sallyport.dev/v1',
    'kind: GatewayGroup',
    'metadata: {name: eu-west, version: 1.0.0, labels: {region: eu}}',
    'spec: {routes: {internet: {mark: 16}}, stage: 1}',
    '',
  ].join('\n');
}
