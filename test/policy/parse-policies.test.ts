import { expect, test } from 'vitest';
import { formatAddress, formatCidr, listedProblems, makeProblem } from '../../src/policy/index.ts';
import { agent, agentWith, codes, guardrail, parse } from './samples.ts';

const invoice = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: invoice-processor, version: 2.1.0, owner: team-finance, labels: {tier: gold}}
spec:
  mode: audit
  workloads:
    cidrs: [10.8.1.0/28, "fd00:8:1::/64"]
  dns: {resolvers: [10.8.0.53, "fd00:8::53"]}
  allow:
    - id: crm
      to: {host: "**.CRM.example"}
      protocol: tcp
      ports: [443]
      reason: CRM look-ups, SEC-1203
    - id: ledger-db
      to: {cidr: 10.20.0.0/16, except: [10.20.5.0/24]}
      protocol: tcp
      ports: [5432, "6000-6010"]
  deny:
    zeta: {to: {cidr: 10.20.9.0/24}}
    alpha: {to: {any: true}, protocol: icmp}
`;

test('a policy becomes what it says, with the places of its clauses', () => {
  const { policySet, problems } = parse(invoice);
  expect(problems).toEqual([]);
  const [policy] = policySet.agents;
  expect(policy).toMatchObject({
    kind: 'AgentPolicy',
    metadata: {
      name: 'invoice-processor',
      version: '2.1.0',
      owner: 'team-finance',
      labels: { tier: 'gold' },
    },
    mode: 'audit',
    position: { file: '0.yaml', line: 1, column: 1 },
  });
  expect(policy?.workloads.cidrs.map(formatCidr)).toEqual(['10.8.1.0/28', 'fd00:8:1::/64']);
  expect(policy?.resolvers.map(formatAddress)).toEqual(['10.8.0.53', 'fd00:8::53']);
  expect(policy?.allow).toMatchObject([
    {
      id: 'crm',
      to: { kind: 'host', host: { match: 'many', suffix: 'crm.example' } },
      protocol: 'tcp',
      ports: [[443, 443]],
      reason: 'CRM look-ups, SEC-1203',
      position: { file: '0.yaml', line: 10, column: 7 },
    },
    {
      id: 'ledger-db',
      to: { kind: 'cidr', except: [{ length: 24 }] },
      ports: [
        [5432, 5432],
        [6000, 6010],
      ],
    },
  ]);
});

test('a map of clauses is judged by id, a list as listed (D1)', () => {
  const [policy] = parse(invoice).policySet.agents;
  expect(policy?.deny.map(({ id }) => id)).toEqual(['alpha', 'zeta']);
  expect(policy?.allow.map(({ id }) => id)).toEqual(['crm', 'ledger-db']);
});

test('a guardrail keeps its selector and its trusted blocks', () => {
  const text = guardrail('base', 'selector: {tier: gold}\ntrusted: [10.0.0.0/8]\ndeny: []');
  const { policySet, problems } = parse(text);
  expect(problems).toEqual([]);
  expect(policySet.guardrails).toMatchObject([
    { kind: 'Guardrail', mode: 'enforce', selector: { tier: 'gold' }, trusted: [{ length: 8 }] },
  ]);
});

test('documents are sorted by name, bytewise, across files', () => {
  const named = (name: string, host: number) =>
    agent(name, `workloads: {cidrs: [10.0.0.${host}/32]}`);
  const { policySet } = parse(named('b', 1), `${named('a', 2)}---\n${named('1a', 3)}`);
  expect(policySet.agents.map(({ metadata }) => metadata.name)).toEqual(['1a', 'a', 'b']);
});

test('broken files and documents do not hide the problems of others (F3)', () => {
  const misspelt = agent('x', 'moed: audit\nworkloads: {cidrs: [10.0.0.1/32]}');
  const sound = agent('y', 'workloads: {cidrs: [10.0.0.2/32]}');
  const result = parse('a: [', new Uint8Array([0xff]), `- 1\n---\n${misspelt}---\n${sound}`);
  expect(result.problems.map(({ file, code }) => `${file} ${code}`)).toEqual([
    '0.yaml SP103',
    '1.yaml SP101',
    '2.yaml SP201',
    '2.yaml SP208',
  ]);
  expect(result.policySet.agents.map(({ metadata }) => metadata.name)).toEqual(['y']);
});

test('every problem says what to do', () => {
  const { problems } = parse('a: [', '- 1', agent('A', 'nonsense: 1'), agentWith('allow: [{}]'));
  expect(problems.length).toBeGreaterThan(4);
  for (const { message, remedy } of problems) {
    expect(message).not.toBe('');
    expect(remedy).not.toBe('');
  }
});

test('what has been listed is listed again with what was found since, and counted once', () => {
  const at = (line: number) => ({ file: 'a.yaml', line, column: 1 });
  const warnings = Array.from({ length: 150 }, (_, line) =>
    makeProblem('windowUnused', at(line + 1), 'unused', 'remove it'),
  );
  const listed = listedProblems(warnings);
  expect(listed.at(-1)?.message).toBe('50 more problems of this file are not listed');
  const failed = makeProblem('testFailed', at(500), 'a case fails', 'mend it');
  const again = listedProblems([...listed, failed]);
  expect(again).toHaveLength(101);
  expect(again).toContainEqual(failed);
  expect(again.filter(({ code }) => code === 'SP400')).toMatchObject([{ unlisted: 51 }]);
});

test('of a file with very many problems the first are listed, and how many are not', () => {
  const clauses = Array.from({ length: 150 }, (_, i) => `c${i}: {to: {cidr: 10.0.0.1/8}}`);
  const { problems } = parse(agentWith(`deny: {${clauses.join(', ')}}`));
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toMatchObject({
    code: 'SP400',
    message: expect.stringContaining('50 more'),
  });
});

test('a file of errors and warnings beyond the limit still shows an error', () => {
  const clauses = Array.from({ length: 150 }, (_, i) => `c${i}: {to: {cidr: "64:ff9b::/96"}}`);
  const text = agentWith(`deny: {${clauses.join(', ')}, last: {to: {cidr: 10.0.0.1}}}`);
  expect(codes(text)).toContain('SP305');
});
