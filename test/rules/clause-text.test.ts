import { expect, test } from 'vitest';
import type { Window } from '../../src/policy/index.ts';
import {
  type Clause,
  clauseText,
  type IngressClause,
  ingressClauseText,
} from '../../src/rules/index.ts';

const office: Window = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: 480,
  to: 1080,
  timezone: 'Europe/Berlin',
};
const crm: Clause = {
  id: 'AgentPolicy/a#crm',
  to: { kind: 'host', host: { match: 'many', suffix: 'example.com' } },
  protocol: 'tls',
  ports: [
    [443, 443],
    [8000, 8080],
  ],
};

test.each<[Partial<Clause>, string]>([
  [{}, '**.example.com tls 443,8000-8080'],
  [{ to: { kind: 'any' }, protocol: 'any', ports: [] }, 'any destination any protocol'],
  [{ to: { kind: 'agent', agent: 'b' }, protocol: 'icmp', ports: [] }, 'agent b icmp'],
  [
    { to: { kind: 'cidr', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, ports: [[1, 2]] },
    '10.0.0.0/8 except 10.1.0.0/16 tls 1-2',
  ],
  [{ during: office }, '**.example.com tls 443,8000-8080, mon–fri 08:00–18:00 Europe/Berlin'],
  [
    { onBehalfOf: ['group:a', 'user:b'], expires: '2027-03-31', via: 'eu' },
    '**.example.com tls 443,8000-8080, through 2027-03-31, on behalf of group:a or user:b, via eu',
  ],
])('a clause says all its terms: %#', (terms, text) => {
  expect(clauseText({ ...crm, ...terms })).toBe(text);
});

test.each<[Partial<Window>, string]>([
  [{ days: ['mon', 'wed', 'fri'] }, 'mon, wed, fri 08:00–18:00 Europe/Berlin'],
  [{ days: ['sat', 'sun'], to: 1440 }, 'sat, sun 08:00–24:00 Europe/Berlin'],
  [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: 1320, to: 365 },
    'daily 22:00–06:05 of the next day Europe/Berlin',
  ],
])('a window is told as a clock and a calendar show it: %#', (edit, text) => {
  expect(clauseText({ ...crm, during: { ...office, ...edit } })).toContain(`, ${text}`);
});

test.each([
  [500_000_000, '500 MB'],
  [64 * 2 ** 20, '64 MiB'],
  [8_000_000, '8 MB'],
  [1_048_577, '1048577 bytes'],
  [1_000_001_000, '1000001 kB'],
])('%i bytes are told exactly', (bytes, text) => {
  const budget = { name: 'upload', bytes, per: 'hour' } as const;
  expect(clauseText({ ...crm, budget })).toContain(`budget upload (${text} per hour)`);
});

test('an ingress clause says from where', () => {
  const clause: IngressClause = {
    id: 'AgentPolicy/a#in',
    from: { kind: 'agent', agent: 'planner' },
    protocol: 'tcp',
    ports: [[8080, 8080]],
    during: office,
  };
  expect(ingressClauseText(clause)).toBe(
    'from agent planner, tcp 8080, mon–fri 08:00–18:00 Europe/Berlin',
  );
});
