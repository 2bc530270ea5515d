import { describe, expect, it } from 'vitest';
import { describeCase, runPolicyTests, testProblems } from '../../src/analysis/index.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile } from '../../src/rules/index.ts';
import { agent, guardrail } from '../policy/samples.ts';

const at = 'at: "2026-11-23T10:00:00Z"';

function results(cases: readonly string[], ...policies: readonly string[]) {
  const list = cases.map((one) => `    - {${one}}`).join('\n');
  const test = `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
${list}
`;
  const files = [test, ...policies].map((text, index) => ({ path: `${index}.yaml`, text }));
  const { policySet, problems } = parsePolicies(files);
  expect(problems).toEqual([]);
  return runPolicyTests(policySet, compile(policySet));
}

/** `ok` or the verdict that came instead. */
function outcomes(cases: readonly string[], ...policies: readonly string[]): string[] {
  return results(cases, ...policies).map(({ ok, verdict }) =>
    ok ? 'ok' : `${verdict.decision} ${verdict.reason} ${verdict.clause}`,
  );
}

const base = 'workloads: {cidrs: [10.8.1.0/28]}\ndns: {resolvers: [10.8.0.53]}';
const web = agent(
  'bot',
  `${base}
windows: {office: {from: "08:00", to: "18:00", timezone: Europe/Berlin}}
allow:
  - {id: api, to: {host: api.example.com}, protocol: https}
  - {id: plain, to: {host: plain.example.com}, protocol: tcp, ports: [80]}
  - {id: db, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432], during: office}
  - {id: clerk, to: {cidr: 10.30.0.0/16}, protocol: any, onBehalfOf: ["group:clerks"]}
deny:
  - {id: no-public, to: {cidr: 203.0.113.0/24}}`,
);

describe('a case', () => {
  it('passes or fails by decision and by clause', () => {
    const api = 'agent: bot, to: api.example.com, protocol: https';
    expect(
      outcomes(
        [
          `${api}, expect: allow`,
          `${api}, expect: allow, clause: api`,
          `${api}, expect: allow, clause: "AgentPolicy/bot#api"`,
          `${api}, expect: allow, clause: plain`,
          `${api}, expect: allow, clause: null`,
          `${api}, expect: deny`,
          'agent: bot, to: other.example.com, protocol: https, expect: deny, clause: null',
          'agent: bot, to: other.example.com, protocol: https, expect: allow',
        ],
        web,
      ),
    ).toEqual([
      'ok',
      'ok',
      'ok',
      'allow allowed AgentPolicy/bot#api',
      'allow allowed AgentPolicy/bot#api',
      'allow allowed AgentPolicy/bot#api',
      'ok',
      'deny no-clause null',
    ]);
  });

  it('of a name has it learned, with equal SNI, over tls and over tcp', () => {
    const cases = [
      'agent: bot, to: api.example.com, protocol: tls, port: 443, expect: allow',
      'agent: bot, to: api.example.com, protocol: tcp, port: 443, expect: allow',
      'agent: bot, to: api.example.com, protocol: https, port: 8443, expect: deny',
      'agent: bot, to: plain.example.com, protocol: tcp, port: 80, expect: allow, clause: plain',
    ];
    expect(outcomes(cases, web)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('that says no time or principal follows what is not known', () => {
    const cases = [
      'agent: bot, to: 10.20.0.1, protocol: tcp, port: 5432, expect: deny',
      `agent: bot, to: 10.20.0.1, protocol: tcp, port: 5432, ${at}, expect: allow`,
      'agent: bot, to: 10.20.0.1, protocol: tcp, port: 5432, at: "2026-11-23T18:00:00+01:00", expect: deny',
      'agent: bot, to: 10.30.0.1, protocol: icmp, expect: deny',
      'agent: bot, to: 10.30.0.1, protocol: icmp, onBehalfOf: ["group:clerks", "user:a"], expect: allow',
      'agent: bot, to: 10.30.0.1, protocol: icmp, onBehalfOf: ["group:others"], expect: deny',
    ];
    expect(outcomes(cases, web)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('of an agent in audit is judged as gateways would: nothing is denied, and the failure says why', () => {
    const audited = agent('bot', `mode: audit\n${base}`);
    const found = results(['agent: bot, to: 192.0.2.1, protocol: icmp, expect: deny'], audited);
    expect(testProblems(found)).toMatchObject([
      {
        code: 'SP317',
        severity: 'error',
        file: '0.yaml',
        line: 6,
        message: expect.stringContaining('allow (`would-deny`; the agent is in audit)'),
      },
    ]);
  });
});

describe('a name stands for an address', () => {
  const toName = 'agent: bot, to: api.example.com, protocol: https';

  it('that no block of the rules holds, the documentation networks included', () => {
    const blocked = agent(
      'bot',
      `${base}
allow: [{id: api, to: {host: api.example.com}, protocol: https}]
deny:
  - {id: a, to: {cidr: 192.0.2.0/24}}
  - {id: b, to: {cidr: 198.51.100.0/24}}
  - {id: c, to: {cidr: 203.0.113.0/24}}
  - {id: d, to: {cidr: 0.0.0.0/1}}
  - {id: e, to: {cidr: 128.0.0.0/2}}`,
    );
    const [result] = results([`${toName}, expect: allow`], blocked);
    expect(result?.ok).toBe(true);
    expect(result?.flow.dst.value).toBeGreaterThanOrEqual(192n << 24n);
  });

  it('or, where blocks cover all, as few of them as can be', () => {
    const rest = 'to: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}';
    const policy = (effect: string) => agent('bot', `${base}\n${effect}: [{id: rest, ${rest}}]`);
    expect(outcomes([`${toName}, expect: allow, clause: rest`], policy('allow'))).toEqual(['ok']);
    expect(outcomes([`${toName}, expect: deny, clause: rest`], policy('deny'))).toEqual(['ok']);
  });

  it('of IPv6 for an agent that has no other', () => {
    const six = agent(
      'bot',
      `workloads: {cidrs: ["fd00:8::/64"]}
dns: {resolvers: ["fd00::53"]}
allow: [{id: api, to: {host: api.example.com}, protocol: https}]`,
    );
    const [result] = results([`${toName}, expect: allow`], six);
    expect(result).toMatchObject({ ok: true, flow: { dst: { family: 6 } } });
  });
});

describe('another agent', () => {
  const sender = (to: string) =>
    agent('bot', `${base}\nallow: [{id: peer, to: {agent: ${to}}, protocol: tcp, ports: [8080]}]`);
  const ingress =
    'ingress: {allow: [{id: bots, from: {agent: bot}, protocol: tcp, ports: [8080]}]}';
  const cases = [
    'agent: bot, to: {agent: peer}, protocol: tcp, port: 8080, expect: allow, clause: peer',
    'agent: bot, to: {agent: peer}, protocol: tcp, port: 8081, expect: deny',
  ];

  it('is reached at an address of its own', () => {
    const peer = agent('peer', `workloads: {cidrs: [10.8.2.0/28]}\n${ingress}`);
    expect(outcomes(cases, sender('peer'), peer)).toEqual(['ok', 'ok']);
  });

  it('or at one that is registered for it, if only labels say who it is', () => {
    const labelled = (name: string) =>
      agent(name, `workloads: {selector: {app: ${name}}}\n${name === 'peer' ? ingress : ''}`);
    const [allowed] = results(cases, sender('peer'), labelled('peer'), labelled('other'));
    expect(allowed?.ok).toBe(true);
    expect(
      outcomes(
        ['agent: bot, to: {agent: other}, protocol: tcp, port: 8080, expect: deny'],
        sender('peer'),
        labelled('peer'),
        labelled('other'),
      ),
    ).toEqual(['ok']);
  });

  it('and may be the one that sends', () => {
    const labelled = agent(
      'bot',
      'workloads: {selector: {app: bot}}\nallow: [{id: db, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432]}]',
    );
    expect(
      outcomes(
        ['agent: bot, to: 10.20.0.1, protocol: tcp, port: 5432, expect: allow, clause: db'],
        labelled,
      ),
    ).toEqual(['ok']);
  });
});

it('guardrails decide cases too, by their full id', () => {
  const company = guardrail(
    'company',
    'deny: [{id: no-paste, to: {host: "**.paste.example"}}]\ndns: {resolvers: [10.8.0.53]}',
  );
  const bot = agent(
    'bot',
    'workloads: {cidrs: [10.8.1.0/28]}\nallow: [{id: all, to: {any: true}}]',
  );
  expect(
    outcomes(
      [
        'agent: bot, to: x.paste.example, protocol: https, expect: deny, clause: "Guardrail/company#no-paste"',
        'agent: bot, to: 169.254.169.254, protocol: tcp, port: 80, expect: deny, clause: "Guardrail/builtin#metadata"',
      ],
      company,
      bot,
    ),
  ).toEqual(['ok', 'ok']);
});

it('a case is told in one line', () => {
  const found = results(
    [
      `agent: bot, to: api.example.com, protocol: https, onBehalfOf: ["group:clerks"], ${at}, expect: allow`,
      'agent: bot, to: 192.0.2.7, protocol: icmp, onBehalfOf: [], expect: deny',
    ],
    web,
  );
  expect(found.map((result) => describeCase(result.case))).toEqual([
    'bot → api.example.com https/443 for group:clerks at 2026-11-23T10:00:00Z',
    'bot → 192.0.2.7 icmp for nobody',
  ]);
});
