import { describe, expect, test } from 'vitest';
import type { Grant } from '../../src/reach/index.ts';
import { narrowGrants, renderReach, renderReachers } from '../../src/reach/report/index.ts';

const same = (text: string) => text;
const options = {
  paint: { error: same, warning: same, notice: same, strong: same, faint: same },
  width: 100,
  rules: { standingDenies: () => ({ hosts: new Set<string>(), networks: [] }) },
  placeText: (clause: string) => (clause.includes('builtin') ? undefined : 'bot.yaml:7'),
};
const day = Date.parse('2026-11-23T00:00:00Z');
const hour = 3_600_000;
const night = {
  during: [
    {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      from: 120,
      to: 210,
      timezone: 'UTC',
    },
  ],
  outside: [],
} as const;

const api: Grant = {
  direction: 'egress',
  deciding: { decision: 'allow', reason: 'allowed', clause: 'AgentPolicy/bot#api' },
  budget: { name: 'upload', bytes: 5_000_000, per: 'day' },
  regions: [
    {
      names: { some: [{ include: ['api.example.com'], except: [] }] },
      sni: { include: ['api.example.com'], except: [], missing: false },
      traffic: [{ protocol: 'tcp', ports: [[443, 443]] }],
      time: { cases: [night], spans: [[day + 2 * hour, day + 3.5 * hour]] },
      principals: { some: [['group:a', 'group:b']] },
    },
  ],
};
const resolver: Grant = {
  direction: 'egress',
  deciding: { decision: 'allow', reason: 'allowed', clause: null },
  regions: [
    {
      peer: { addresses: { include: ['10.8.0.53/32'], except: [] } },
      traffic: [
        { protocol: 'tcp', ports: [[53, 53]] },
        { protocol: 'udp', ports: [[53, 53]] },
      ],
    },
  ],
};
const health: Grant = {
  direction: 'ingress',
  deciding: { decision: 'allow', reason: 'allowed', clause: 'AgentPolicy/bot#health' },
  regions: [
    {
      peer: { addresses: { include: ['10.8.0.0/24'], except: ['10.8.0.1/32'] } },
      traffic: [{ protocol: 'tcp', ports: [[8080, 8080]] }],
    },
  ],
};
const reach = {
  agent: 'bot',
  from: day,
  until: day + 366 * 24 * hour,
  grants: [resolver, api, health],
};

test('what an agent can touch, by clause, and what it lets in', () => {
  expect(renderReach(reach, options)).toBe(`bot
what it can touch, exactly, from 2026-11-23 until 2027-11-24

  allowed by dns.resolvers
    10.8.0.53  tcp 53; udp 53
  allowed by #api, budget upload: 5 MB per day (bot.yaml:7)
    api.example.com  tcp 443  daily 02:00–03:30 UTC  for group:a or group:b

What it lets in from elsewhere
  allowed by #health (bot.yaml:7)
    from 10.8.0.0/24 except 10.8.0.1  tcp 8080
`);
});

test('an agent that can touch nothing', () => {
  expect(renderReach({ ...reach, grants: [] }, options)).toContain('\n\n  nothing\n');
});

test('who can touch a target; nobody too', () => {
  expect(renderReachers('api.example.com', [{ agent: 'bot', grants: [api] }], options)).toBe(
    `1 agent can reach api.example.com

bot
  allowed by #api, budget upload: 5 MB per day (bot.yaml:7)
    api.example.com  tcp 443  daily 02:00–03:30 UTC  for group:a or group:b
`,
  );
  expect(renderReachers('192.0.2.1', [], options)).toBe('nobody can reach 192.0.2.1\n');
});

test('long grants are counted, and told with all', () => {
  const [region] = health.regions;
  const regions = Array.from({ length: 20 }, () => region ?? { traffic: [] });
  const many = { ...reach, grants: [{ ...health, regions }] };
  expect(renderReach(many, options)).toContain('    … and 8 more (--all)\n');
  expect(renderReach(many, { ...options, all: true })).not.toContain('(--all)');
});

describe('only what is asked after', () => {
  const clauses = (narrowing: Parameters<typeof narrowGrants>[1]) =>
    narrowGrants(reach.grants, narrowing).map(
      ({ deciding }) => deciding.clause?.split('#')[1] ?? null,
    );

  test.each([
    [{}, [null, 'api', 'health']],
    [{ port: 53 }, [null]],
    [{ port: 443, protocol: 'tcp' as const }, ['api']],
    [{ protocol: 'udp' as const }, [null]],
    [{ protocol: 'icmp' as const }, []],
    [{ at: day + 2 * hour }, [null, 'api', 'health']],
    [{ at: day + 3.5 * hour }, [null, 'health']],
  ])('%j', (narrowing, left) => expect(clauses(narrowing)).toEqual(left));

  test('of what is left, traffic that does not fall under it is not told', () => {
    const [grant] = narrowGrants([resolver], { protocol: 'udp' });
    expect(grant?.regions[0]?.traffic).toEqual([{ protocol: 'udp', ports: [[53, 53]] }]);
  });
});
