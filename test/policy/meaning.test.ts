import { describe, expect, test } from 'vitest';
import { agent, agentTo, agentWith, codes, guardrail, parse, placeOf, places } from './samples.ts';

const hostClause = 'allow: {api: {to: {host: api.example.com}, protocol: tcp, ports: [443]}}';
const workloads = 'workloads: {cidrs: [10.8.1.0/28]}';

describe('names and ids (F4, F5, K1)', () => {
  test('two documents of a kind cannot share a name; the second is to blame', () => {
    const other = agent('bot', 'workloads: {cidrs: [10.9.0.1/32]}');
    expect(parse(agentWith(''), other).problems).toMatchObject([
      {
        file: '1.yaml',
        code: 'SP301',
        line: 3,
        column: 18,
        message: expect.stringContaining('0.yaml:3'),
      },
    ]);
  });

  test('documents of different kinds can', () => {
    expect(codes(agentWith(''), guardrail('bot', 'mode: audit'))).toEqual([]);
  });

  test('a name counts even if its document is broken', () => {
    expect(codes(agentWith('typo: 1'), agentWith(''))).toEqual(['SP208', 'SP301']);
  });

  test('ids are unique over allow and deny', () => {
    const text = agentWith('allow: [{id: a, to: {any: true}}]\ndeny: {a: {to: {any: true}}}');
    expect(places(text)).toEqual([placeOf('SP302', text, 'a: {to')]);
    const twice = agentWith('allow: [{id: a, to: {any: true}}, {id: a , to: {any: true}}]');
    expect(codes(twice)).toEqual(['SP302']);
  });

  test('Guardrail/builtin is taken, AgentPolicy/builtin is not', () => {
    expect(codes(guardrail('builtin', 'mode: audit'))).toEqual(['SP303']);
    expect(codes(agent('builtin', workloads))).toEqual([]);
  });
});

describe('addresses (K3)', () => {
  test.each([
    ['SP304', '10.0.0.0/33', ''],
    ['SP304', '10.0.0/8', ''],
    ['SP304', '010.0.0.0/8', 'leading zeros'],
    ['SP304', '10.0.0.0/08', 'leading zeros'],
    ['SP304', '10.0.0.1-10.0.0.9', 'range'],
    ['SP304', '10.0.0.0/8 10.1.0.0/16', 'one CIDR'],
    ['SP304', 'fe80::1%eth0/64', 'zone'],
    ['SP304', '::1/129', ''],
    ['SP304', '1::2::3/64', ''],
    ['SP304', '""', ''],
    ['SP304', 'example.com', ''],
    ['SP305', '10.0.0.1', '10.0.0.1/32'],
    ['SP305', 'fd00::1', 'fd00::1/128'],
    ['SP306', '10.20.30.40/16', '10.20.0.0/16'],
    ['SP306', 'fd00::1/64', 'fd00::/64'],
    ['SP307', '::ffff:10.0.0.0/104', 'IPv4'],
    ['SP307', '0:0:0:0:0:ffff:a00:1/128', 'IPv4'],
  ])('%s: %s', (code, cidr, remedy) => {
    const quoted = cidr === '""' ? cidr : `"${cidr}"`;
    const text = agentTo(`{cidr: ${quoted}}`);
    expect(places(text)).toEqual([placeOf(code, text, quoted)]);
    expect(parse(text).problems[0]?.remedy).toContain(remedy);
  });

  test('the same holds wherever a CIDR stands', () => {
    const text = agent('a', 'workloads: {cidrs: [10.0.0.1]}');
    expect(codes(text)).toEqual(['SP305']);
    expect(codes(guardrail('g', 'trusted: [10.0.0.1/8]'))).toEqual(['SP306']);
    expect(codes(agentTo('{cidr: 10.0.0.0/8, except: [10.1.0.1/16]}'))).toEqual(['SP306']);
  });

  test.each([
    ['outside', '{cidr: 10.20.0.0/16, except: [10.20.1.0/24, 10.21.0.0/24]}', '10.21.0.0/24'],
    ['wider', '{cidr: 10.20.0.0/16, except: [10.0.0.0/8]}', '10.0.0.0/8'],
    ['of the other family', '{cidr: 10.20.0.0/16, except: ["fd00::/64"]}', '"fd00'],
  ])('an exception %s', (_, to, at) => {
    const text = agentTo(to);
    expect(places(text)).toEqual([placeOf('SP308', text, at)]);
  });

  test('an exception may be all of its CIDR, and the list may be empty', () => {
    expect(codes(agentTo('{cidr: 10.20.0.0/16, except: [10.20.0.0/16]}'))).toEqual([]);
    expect(codes(agentTo('{cidr: 10.20.0.0/16, except: []}'))).toEqual([]);
  });

  test.each([
    ['SP309', 'dns.example.com'],
    ['SP309', '10.8.0.53/32'],
    ['SP307', '::ffff:10.8.0.53'],
  ])('%s: resolver %s', (code, resolver) => {
    expect(codes(agent('a', `${workloads}\ndns: {resolvers: ["${resolver}"]}`))).toEqual([code]);
  });

  test('64:ff9b::/96 is judged as the IPv4 inside, so naming it is warned about (D11)', () => {
    const { problems, policySet } = parse(agentTo('{cidr: "64:ff9b::a00:0/104"}'));
    expect(problems).toMatchObject([{ code: 'SP402', severity: 'warning' }]);
    expect(policySet.agents).toHaveLength(1);
    expect(codes(agentTo('{cidr: "::/0"}'))).toEqual([]);
  });
});

describe('ports (K2)', () => {
  const clause = (rest: string) => agentWith(`allow: [{id: a, to: {any: true}${rest}}]`);

  test.each(['tcp', 'udp'])('%s needs them', (protocol) => {
    const text = clause(`, protocol: ${protocol}`);
    expect(places(text)).toEqual([placeOf('SP310', text, protocol)]);
  });

  test.each([', protocol: icmp', ', protocol: any', ''])('%j takes none', (protocol) => {
    const text = clause(`${protocol}, ports: [80]`);
    expect(places(text)).toEqual([placeOf('SP311', text, 'ports')]);
  });

  test.each(['"90-80"', '"80-70000"'])('%s', (range) => {
    const text = clause(`, protocol: tcp, ports: [1, ${range}]`);
    expect(places(text)).toEqual([placeOf('SP312', text, range)]);
  });

  test.each(['"1-65535"', '65535', '1', '80-90'])('%s is in order', (ports) => {
    expect(codes(clause(`, protocol: udp, ports: [${ports}]`))).toEqual([]);
  });
});

describe('hosts (K4)', () => {
  test('a host that is none is told where it stands', () => {
    const text = agentTo('{host: "https://api.example.com/v1"}');
    expect(places(text)).toEqual([placeOf('SP313', text, '"https')]);
  });

  test('a wildcard over a public suffix has a code of its own', () => {
    expect(codes(agentTo('{host: "*.github.io"}'))).toEqual(['SP314']);
  });
});

describe('resolvers (D10)', () => {
  test('a host clause without a resolver is an error, allow and deny alike', () => {
    const text = agent('a', `${workloads}\n${hostClause}\ndeny: {d: {to: {host: b.example}}}`);
    expect(places(text)).toEqual([
      placeOf('SP315', text, 'api: {'),
      placeOf('SP315', text, 'd: {'),
    ]);
  });

  test('clauses without hosts need none', () => {
    expect(codes(agent('a', `${workloads}\nallow: {c: {to: {any: true}}}`))).toEqual([]);
  });

  test.each([
    ['an enforcing guardrail above it', '', []],
    ['an audit guardrail', 'mode: audit\n', ['SP315']],
    ['a guardrail above others', 'selector: {tier: silver}\n', ['SP315', 'SP401']],
    ['a guardrail that selects it', 'selector: {tier: gold}\n', []],
  ])('the resolver of %s', (_, lines, expected) => {
    const policy = agent('a', `${workloads}\n${hostClause}`, ', labels: {tier: gold}');
    const resolvers = guardrail('g', `${lines}dns: {resolvers: [10.8.0.53]}`);
    expect(codes(policy, resolvers)).toEqual(expected);
  });

  test('a guardrail’s host clause needs one agent below it that has a resolver', () => {
    const deny = guardrail('g', 'deny: {d: {to: {host: bad.example}}}');
    expect(codes(agentWith(''), deny)).toEqual([]);
    expect(codes(agent('a', workloads), deny)).toEqual(['SP315']);
  });

  test('while a document is broken, its resolvers are not reported as missing', () => {
    const policy = agent('a', `${workloads}\n${hostClause}`);
    expect(codes(policy, guardrail('g', 'dns: {resolvers: [10.8.0.53]}\ntypo: 1'))).toEqual([
      'SP208',
    ]);
  });
});

describe('workloads (K10)', () => {
  const at = (name: string, ...cidrs: string[]) =>
    agent(name, `workloads: {cidrs: [${cidrs.map((cidr) => `"${cidr}"`).join(', ')}]}`);

  test.each([
    ['equal', '10.0.0.0/24', '10.0.0.0/24'],
    ['nested', '10.0.0.0/8', '10.1.2.3/32'],
    ['of IPv6', 'fd00::/16', 'fd00:1::/64'],
  ])('%s ones of two agents overlap', (_, a, b) => {
    const { problems } = parse(at('a', a), at('b', b));
    expect(problems).toMatchObject([{ code: 'SP316' }]);
    expect(problems[0]?.message).toContain('AgentPolicy/');
  });

  test('an overlap behind the agent’s own blocks is found', () => {
    const { problems } = parse(at('a', '10.0.0.0/8'), at('b', '10.1.0.0/16', '10.1.1.0/24'));
    expect(problems.map(({ code }) => code)).toEqual(['SP316', 'SP316']);
  });

  test('one agent’s own may overlap, and neighbours do not', () => {
    expect(codes(at('a', '10.0.0.0/8', '10.1.0.0/16'), at('b', '11.0.0.0/8', 'a00::/8'))).toEqual(
      [],
    );
  });
});

test('a guardrail that selects no agent is warned about, and stays', () => {
  const { problems, policySet } = parse(agentWith(''), guardrail('g', 'selector: {tier: goold}'));
  expect(problems).toMatchObject([{ code: 'SP401', severity: 'warning', file: '1.yaml' }]);
  expect(policySet.guardrails).toHaveLength(1);
});
