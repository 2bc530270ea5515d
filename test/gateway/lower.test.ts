import { describe, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import {
  type AgentTables,
  type Candidate,
  LoweringError,
  lower,
} from '../../gateway/lower/index.ts';
import { formatCidr } from '../../src/policy/index.ts';
import { rulesOf } from '../kernel/rules-of.ts';

const agent = (clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  ${clauses}
`;
const guardrail = (name: string, clauses: string, mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: ${name}, version: 1.0.0}
spec: {mode: ${mode}, ${clauses}}
`;

function tables(...documents: string[]): AgentTables {
  const [first] = lower(rulesOf(documents.join('---\n'))).agents;
  if (!first) throw new Error('no agent');
  return first.rules.tables();
}

/** The list of the longest prefix that is written so. */
function at(rules: AgentTables, prefix: string): readonly Candidate[] {
  const found = rules.prefixes.find((entry) => formatCidr(entry.prefix) === prefix);
  if (!found) throw new Error(`no prefix ${prefix}`);
  return flowLines(found.list);
}

/** What decides flows, and not whether an address may be asked for its name. */
const flowLines = (list: readonly Candidate[]) =>
  list.filter(({ protocols }) => protocols !== constants.PROTO_REVERSE);
const ids = (list: readonly Candidate[]) =>
  list.map(({ clause }) => clause?.replace(/^.*#/, '') ?? null);
const box = ({ protocols, low, high }: Candidate) => [protocols, low, high];
const { PROTO_TCP, PROTO_UDP, PROTO_ICMP } = constants;

describe('prefixes', () => {
  it('hold what reaches them from above, the first to decide first', () => {
    const rules = tables(
      agent(`allow:
    - {id: narrow, to: {cidr: 192.0.2.0/28}, protocol: tcp, ports: [22]}
    - {id: wide, to: {cidr: 192.0.0.0/16}, protocol: tcp, ports: [443]}
    - {id: beside, to: {cidr: 192.0.3.0/24}, protocol: tcp, ports: [443]}
    - {id: all, to: {any: true}, protocol: tcp, ports: [80]}
  deny:
    - {id: no-host, to: {cidr: 192.0.2.7/32}, protocol: tcp, ports: [80]}`),
    );
    expect(ids(at(rules, '192.0.0.0/16'))).toEqual(['wide', 'all']);
    expect(ids(at(rules, '192.0.2.0/28'))).toEqual(['narrow', 'wide', 'all']);
    // The deny hides what comes after it for the same port.
    expect(ids(at(rules, '192.0.2.7/32'))).toEqual(['no-host', 'narrow', 'wide']);
    expect(ids(at(rules, '192.0.3.0/24'))).toEqual(['wide', 'all']);
    expect(ids(flowLines(rules.otherwise))).toEqual(['all']);
  });

  it('never let a narrow allow hide a wider deny', () => {
    const rules = tables(
      agent(`allow: [{id: narrow, to: {cidr: 192.0.2.0/28}, protocol: tcp, ports: [443]}]
  deny: [{id: wide, to: {cidr: 192.0.0.0/16}}]`),
    );
    expect(ids(at(rules, '192.0.2.0/28'))).toEqual(['wide']);
  });

  it('leave out what is excepted, and take in again what is named inside', () => {
    const rules = tables(
      agent(`allow:
    - {id: net, to: {cidr: 10.20.0.0/16, except: [10.20.5.0/24]}, protocol: tcp, ports: [443]}
    - {id: host, to: {cidr: 10.20.5.7/32}, protocol: tcp, ports: [443]}`),
    );
    expect(ids(at(rules, '10.20.0.0/16'))).toEqual(['net']);
    expect(ids(at(rules, '10.20.5.0/24'))).toEqual([]);
    expect(ids(at(rules, '10.20.5.7/32'))).toEqual(['host']);
  });

  it('of both families stand apart', () => {
    const rules = tables(
      agent(`allow:
    - {id: v4, to: {cidr: 0.0.0.0/0}, protocol: tcp, ports: [443]}
    - {id: v6, to: {cidr: "::/0"}, protocol: tcp, ports: [443]}`),
    );
    expect(ids(at(rules, '0.0.0.0/0'))).toEqual(['v4']);
    expect(ids(at(rules, '::/0'))).toEqual(['v6']);
  });
});

describe('lists', () => {
  it('leave the DNS ports out of an allow of any protocol, not of a deny', () => {
    const allow = tables(agent('allow: [{id: all, to: {any: true}}]'));
    expect(flowLines(allow.otherwise).map(box)).toEqual([
      [PROTO_TCP | PROTO_UDP | PROTO_ICMP, 0, 52],
      [PROTO_TCP | PROTO_UDP, 54, 852],
      [PROTO_TCP | PROTO_UDP, 854, 65535],
    ]);
    const deny = tables(agent('deny: [{id: all, to: {any: true}}]'));
    expect(flowLines(deny.otherwise).map(box)).toEqual([
      [PROTO_TCP | PROTO_UDP | PROTO_ICMP, 0, 65535],
    ]);
  });

  it('leave out what an earlier clause decides already, but not for what one only notes', () => {
    const clauses = `deny: [{id: first, to: {any: true}, protocol: tcp, ports: ["1-1000"]}]`;
    const own = agent(`deny: [{id: second, to: {any: true}, protocol: tcp, ports: [443, 2000]}]`);
    const enforced = tables(guardrail('top', clauses), own);
    expect(enforced.otherwise.map((c) => [ids([c])[0], ...box(c)])).toEqual([
      ['first', PROTO_TCP, 1, 1000],
      ['second', PROTO_TCP, 2000, 2000],
    ]);
    const audited = tables(guardrail('top', clauses, 'audit'), own);
    expect(ids(audited.otherwise)).toEqual(['first', 'second', 'second']);
    expect(audited.otherwise[0]?.flags).toBe(
      constants.CANDIDATE_NOTE | constants.CANDIDATE_GUARDRAIL_DENY,
    );
  });

  it('put the resolver between the guardrails’ denies and the policy’s', () => {
    const rules = tables(
      guardrail('top', 'deny: [{id: g, to: {cidr: 10.8.0.0/24}, protocol: icmp}]'),
      agent('deny: [{id: p, to: {cidr: 10.8.0.0/24}, protocol: tcp, ports: [53]}]'),
    );
    const list = at(rules, '10.8.0.53/32');
    expect(ids(list)).toEqual(['g', null, 'p']);
    expect(list[1]?.flags).toBe(constants.CANDIDATE_RESOLVER);
  });

  it('refuse more than the kernel walks, and say what to do', () => {
    const ports = Array.from({ length: 1025 }, (_, i) => 2 * i + 1);
    const many = agent(`allow: [{id: all, to: {any: true}, protocol: tcp, ports: [${ports}]}]`);
    expect(() => tables(many)).toThrow(LoweringError);
    expect(() => tables(many)).toThrow('Merge clauses, or name ranges');
    const most = agent(
      `allow: [{id: all, to: {any: true}, protocol: tcp, ports: [${ports.slice(4)}]}]`,
    );
    expect(tables(most).otherwise).toHaveLength(1022);
  });
});

describe('the built-in denies', () => {
  const metadata = '169.254.169.254/32';

  it('stand above all', () => {
    const rules = tables(agent('allow: [{id: all, to: {any: true}, protocol: tcp, ports: [80]}]'));
    expect(ids(at(rules, metadata))).toEqual(['metadata']);
    expect(ids(at(rules, 'fe80::/10'))).toEqual(['link-local']);
  });

  it('give way to a guardrail’s cidr allow, for its protocol and ports only', () => {
    const rules = tables(
      guardrail('lift', `allow: [{id: imds, to: {cidr: ${metadata}}, protocol: tcp, ports: [80]}]`),
      agent('allow: []'),
    );
    const decided = (protocol: number, port: number) =>
      at(rules, metadata).find((c) => c.protocols & protocol && c.low <= port && c.high >= port);
    expect(ids([decided(PROTO_TCP, 80) as Candidate])).toEqual(['imds']);
    expect(ids([decided(PROTO_TCP, 81) as Candidate])).toEqual(['metadata']);
    expect(ids([decided(PROTO_UDP, 80) as Candidate])).toEqual(['metadata']);
  });

  it.each([
    [
      'an audit guardrail',
      [
        guardrail('lift', `allow: [{id: imds, to: {cidr: ${metadata}}}]`, 'audit'),
        agent('allow: []'),
      ],
    ],
    [
      'a guardrail’s allow of any',
      [guardrail('lift', 'allow: [{id: imds, to: {any: true}}]'), agent('allow: []')],
    ],
    ['a policy', [agent(`allow: [{id: imds, to: {cidr: ${metadata}}}]`)]],
  ])('never give way to %s', (_title, documents) => {
    const decides = at(tables(...documents), metadata).find(
      (c) => !(c.flags & constants.CANDIDATE_NOTE),
    );
    expect(ids([decides as Candidate])).toEqual(['metadata']);
    expect(box(decides as Candidate)).toEqual([PROTO_TCP | PROTO_UDP | PROTO_ICMP, 0, 65535]);
  });
});
