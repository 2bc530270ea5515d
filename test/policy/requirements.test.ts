import { expect, test } from 'vitest';
import { agent, guardrail, parse } from './samples.ts';

const requiring = (name: string, what: string) =>
  guardrail(name, `require: [{data: [phi], ${what}: true}]`);
const handling = (name: string, subnet: number, allow: string) =>
  agent(name, `workloads: {cidrs: [10.8.${subnet}.0/24]}\ndata: [phi]\n${allow}`);

test('a clause is told once, with all that it lacks and who requires it (K11)', () => {
  const { problems } = parse(
    handling('alpha', 1, 'allow: [{id: out, to: {any: true}}]'),
    requiring('health', 'encrypted'),
    requiring('privacy', 'accepted'),
  );
  expect(problems.map(({ message, remedy }) => ({ message, remedy }))).toEqual([
    {
      message:
        'the clause `out` can leave the trusted blocks and is not encrypted and does not accept `phi`; the agent handles `phi`, for which `Guardrail/health` (1.yaml:1) and others require it',
      remedy:
        'write `protocol: https` or `tls` and `accepts: [phi]` if that is so, or narrow the destination to trusted blocks',
    },
  ]);
});

test('the clause of a guardrail names one agent of those that handle the data (K11)', () => {
  const { problems } = parse(
    handling('alpha', 1, ''),
    handling('beta', 2, ''),
    guardrail('ping', 'allow: [{id: ping, to: {any: true}, protocol: icmp}]'),
    requiring('health', 'encrypted'),
  );
  expect(problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
    '2.yaml the clause `ping` can leave the trusted blocks and is not encrypted; `AgentPolicy/alpha` and others handle `phi`, for which `Guardrail/health` (3.yaml:1) requires it',
  ]);
});

test('many agents under many guardrails take time in proportion', () => {
  const count = 250;
  const numbers = Array.from({ length: count }, (_, index) => index);
  const agents = numbers.map((index) =>
    agent(
      `a${index}`,
      `workloads: {selector: {app: a${index}}}\ndata: [phi]\nallow: [{id: x, to: {any: true}}]`,
    ),
  );
  const guardrails = numbers.map((index) =>
    guardrail(
      `g${index}`,
      'require: [{data: [phi], encrypted: true}]\nallow: [{id: x, to: {any: true}}]',
    ),
  );
  // Every clause for every agent and every guardrail that requires would take fifteen million steps, and a minute.
  const { problems } = parse([...agents, ...guardrails].join('---\n'));
  expect(problems.filter(({ code }) => code === 'SP333')).toHaveLength(100);
}, 10_000);
