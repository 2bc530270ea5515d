import { describe, expect, it, test } from 'vitest';
import { diffReach } from '../../src/reach/index.ts';
import { agent, from, guardrail, rulesOf } from './rules-of.ts';

/** All flows that change, without the spans of windows. */
function flows(before: readonly string[], after: readonly string[]) {
  const diff = diffReach(rulesOf(...before), rulesOf(...after), { from });
  return diff.agents.flatMap(({ agent: name, flows: changes }) =>
    changes.map(({ change, before: was, after: is, regions }) => ({
      agent: name,
      change,
      by: [was.clause ?? was.reason, is.clause ?? is.reason].map((text) => text.split('#').pop()),
      regions: regions.map(({ time, ...region }) =>
        time ? { ...region, cases: time.cases } : region,
      ),
    })),
  );
}

const verdict = (before: string, after: string) =>
  diffReach(rulesOf(before), rulesOf(after), { from }).verdict;
const bot = (...allow: string[]) => agent('bot', ['allow:', ...allow.map((one) => `  - {${one}}`)]);
const https = [{ protocol: 'tcp', ports: [[443, 443]] }];
const ledger = 'id: ledger, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432]';

describe('what a reviewer reads', () => {
  test('a new block, less what was allowed before', () => {
    const wide = 'id: wide, to: {cidr: 10.0.0.0/8}, protocol: tcp, ports: ["5000-6000"]';
    expect(flows([bot(ledger)], [bot(ledger, wide)])).toEqual([
      {
        agent: 'bot',
        change: 'reachable',
        by: ['no-clause', 'wide'],
        regions: [
          {
            peer: { addresses: { include: ['10.0.0.0/8'], except: ['10.20.0.0/16'] } },
            traffic: [{ protocol: 'tcp', ports: [[5432, 5432]] }],
          },
          {
            peer: { addresses: { include: ['10.0.0.0/8'], except: [] } },
            traffic: [
              {
                protocol: 'tcp',
                ports: [
                  [5000, 5431],
                  [5433, 6000],
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  test('a hole in a block', () => {
    const holed =
      'id: ledger, to: {cidr: 10.20.0.0/16, except: [10.20.9.0/24]}, protocol: tcp, ports: [5432]';
    expect(flows([bot(ledger)], [bot(holed)])).toMatchObject([
      {
        change: 'unreachable',
        by: ['ledger', 'no-clause'],
        regions: [{ peer: { addresses: { include: ['10.20.9.0/24'], except: [] } } }],
      },
    ]);
  });

  test('a window: what is left is outside of it', () => {
    expect(flows([bot(ledger)], [bot(`${ledger}, during: office`)])).toMatchObject([
      {
        change: 'unreachable',
        regions: [{ cases: [{ during: [], outside: [{ timezone: 'Europe/Berlin' }] }] }],
      },
    ]);
  });

  test('an expiry: from the day after', () => {
    expect(flows([bot(ledger)], [bot(`${ledger}, expires: 2027-03-31`)])).toMatchObject([
      { change: 'unreachable', regions: [{ cases: [{ after: '2027-03-31' }] }] },
    ]);
    expect(verdict(bot(ledger), bot(`${ledger}, expires: 2031-01-01`))).toBe('equivalent');
  });

  test('a host by any TLS client, then by name alone', () => {
    const tcp = 'id: crm, to: {host: "**.example.com"}, protocol: tcp, ports: [443]';
    const tls = 'id: crm, to: {host: "**.example.com"}, protocol: https';
    const some = [{ include: ['**.example.com'], except: [] }];
    const changes = flows([bot(tcp)], [bot(tls)]).filter(({ change }) => change === 'unreachable');
    expect(changes).toMatchObject([
      { by: ['crm', 'crm'], regions: [{ names: { some }, sni: { include: [], missing: true } }] },
      {
        by: ['crm', 'crm'],
        regions: [
          { names: { some }, sni: { include: ['**'], except: ['**.example.com'], missing: false } },
        ],
      },
    ]);
  });

  test('whom an agent acts for', () => {
    const clerks = `${ledger}, onBehalfOf: ["group:clerks"]`;
    expect(flows([bot(ledger)], [bot(clerks)])).toMatchObject([
      { change: 'unreachable', regions: [{ principals: { none: ['group:clerks'] } }] },
    ]);
    expect(
      flows([bot(clerks)], [bot(`${ledger}, onBehalfOf: ["group:clerks", "user:ada"]`)]),
    ).toMatchObject([
      {
        change: 'reachable',
        regions: [{ principals: { known: true, some: [['user:ada']], none: ['group:clerks'] } }],
      },
    ]);
  });

  test('a budget that becomes larger lets on where the smaller one is spent', () => {
    const change = flows([bot(`${ledger}, budget: small`)], [bot(`${ledger}, budget: large`)]);
    expect(change).toMatchObject([
      {
        change: 'reachable',
        regions: [
          {
            budget: [
              { clause: 'AgentPolicy/bot#ledger', side: 'before', spent: true },
              { clause: 'AgentPolicy/bot#ledger', side: 'after', spent: false },
            ],
          },
        ],
      },
    ]);
    expect(verdict(bot(`${ledger}, budget: large`), bot(`${ledger}, budget: small`))).toBe(
      'narrows',
    );
  });

  test('a host beside another whose flows were allowed: told as an exception', () => {
    const one = 'id: one, to: {host: one.example.com}, protocol: tcp, ports: [443]';
    const two = 'id: two, to: {host: two.example.com}, protocol: tcp, ports: [443]';
    expect(flows([bot(one)], [bot(one, two)])).toEqual([
      {
        agent: 'bot',
        change: 'reachable',
        by: ['no-clause', 'two'],
        regions: [
          {
            peer: { builtin: 'denied' },
            names: { some: [{ include: ['two.example.com'], except: [] }] },
            traffic: https,
            unless: [
              {
                clause: 'AgentPolicy/bot#one',
                region: {
                  names: { some: [{ include: ['one.example.com'], except: [] }] },
                  traffic: https,
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  test('a guardrail over every agent', () => {
    const deny = guardrail('base', ['deny:', '  - {id: legacy, to: {cidr: 10.20.9.0/24}}']);
    const other = agent('other', ['allow:', `  - {${ledger}}`], '[10.8.2.0/28]');
    const changes = flows([bot(ledger), other], [bot(ledger), other, deny]);
    expect(changes.map(({ agent: name, change, by }) => [name, change, by])).toEqual([
      ['bot', 'unreachable', ['ledger', 'legacy']],
      ['other', 'unreachable', ['ledger', 'legacy']],
    ]);
  });

  test('between agents, what the receiver lets in', () => {
    const server = (port: number) =>
      agent(
        'server',
        [
          'ingress:',
          '  allow:',
          `    - {id: in, from: {agent: bot}, protocol: tcp, ports: [${port}]}`,
        ],
        '[10.9.0.0/28]',
      );
    const sender = bot('id: out, to: {agent: server}, protocol: tcp, ports: [80, 443]');
    expect(flows([sender, server(80)], [sender, server(443)])).toEqual([
      {
        agent: 'bot',
        change: 'unreachable',
        by: ['out', 'no-ingress'],
        regions: [{ peer: { agent: 'server' }, traffic: [{ protocol: 'tcp', ports: [[80, 80]] }] }],
      },
      {
        agent: 'bot',
        change: 'reachable',
        by: ['no-ingress', 'out'],
        regions: [{ peer: { agent: 'server' }, traffic: https }],
      },
    ]);
  });

  test('addresses that become another agent’s', () => {
    const server = agent('server', [], '[10.20.3.0/28]');
    const [change] = flows([bot(ledger)], [bot(ledger), server]);
    expect([change]).toMatchObject([
      {
        agent: 'bot',
        change: 'unreachable',
        by: ['ledger', 'no-ingress'],
        regions: [{ peer: { moved: { before: null, after: 'server' } } }],
      },
    ]);
  });
});

describe('verdicts', () => {
  const two = 'id: two, to: {cidr: 10.30.0.0/16}, protocol: udp, ports: [9000]';
  it.each([
    ['equivalent', bot(ledger, two), bot(two, ledger)],
    ['widens', bot(ledger), bot(ledger, two)],
    ['narrows', bot(ledger, two), bot(two)],
    ['both', bot(ledger), bot(two)],
    [
      'equivalent',
      bot(ledger),
      bot(
        'id: low, to: {cidr: 10.20.0.0/17}, protocol: tcp, ports: [5432]',
        'id: high, to: {cidr: 10.20.128.0/17}, protocol: tcp, ports: [5432]',
      ),
    ],
    ['widens', bot(ledger), agent('bot', ['mode: audit', 'allow:', `  - {${ledger}}`])],
    ['narrows', agent('bot', []), agent('bot', [], '[10.8.1.0/29]')],
  ] as const)('%s', (expected, before, after) => {
    expect(verdict(before, after)).toBe(expected);
  });

  test('an agent that comes or goes', () => {
    const none = rulesOf();
    const some = rulesOf(bot(ledger));
    expect(diffReach(none, some, { from }).agents).toMatchObject([
      { agent: 'bot', change: 'added', verdict: 'widens', sources: { added: ['10.8.1.0/28'] } },
    ]);
    expect(diffReach(some, none, { from }).agents).toMatchObject([
      {
        agent: 'bot',
        change: 'removed',
        verdict: 'narrows',
        sources: { removed: ['10.8.1.0/28'] },
      },
    ]);
  });

  test('what differs without changing a decision is told, and changes no verdict', () => {
    const before = rulesOf(bot(ledger));
    const after = rulesOf(agent('bot', ['onDeny: reject', 'allow:', `  - {${ledger}}`]));
    expect(diffReach(before, after, { from })).toMatchObject({
      verdict: 'equivalent',
      agents: [{ handling: [{ what: 'onDeny', before: 'drop', after: 'reject' }] }],
    });
  });
});

test('names that may be asked for: text types for exact hosts alone', () => {
  const one = 'id: one, to: {host: "*.example.com"}, protocol: https';
  const exact = 'id: one, to: {host: api.example.com}, protocol: https';
  const { agents } = diffReach(rulesOf(bot(one)), rulesOf(bot(exact)), { from });
  expect(agents[0]?.questions.map(({ change, regions }) => ({ change, regions }))).toEqual([
    {
      change: 'refused',
      regions: [
        { types: 'address', names: { include: ['*.example.com'], except: ['api.example.com'] } },
      ],
    },
    {
      change: 'askable',
      regions: [{ types: 'text', names: { include: ['api.example.com'], except: [] } }],
    },
  ]);
});
