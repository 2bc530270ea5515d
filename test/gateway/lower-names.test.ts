import { describe, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { lower } from '../../gateway/lower/index.ts';
import { rulesOf } from '../kernel/rules-of.ts';

const agent = (clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  ${clauses}
`;
const guardrail = (clauses: string, mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: top, version: 1.0.0}
spec: {mode: ${mode}, ${clauses}}
`;
const host = (id: string, pattern: string, over = 'protocol: tcp, ports: [443]') =>
  `{id: ${id}, to: {host: "${pattern}"}, ${over}}`;

const { NAME_ADMITTED, NAME_REFUSED, NAME_OWN, NAME_EXACT, NAME_NOTED_DENY } = constants;

function suffixes(...documents: string[]) {
  const [first] = lower(rulesOf(documents.join('---\n'))).agents;
  if (!first) throw new Error('no agent');
  const rules = first.rules.tables();
  return {
    others: rules.otherNames,
    /** What a suffix says of itself, one more label, more labels. */
    at: (suffix: string) => {
      const found = rules.suffixes.find((one) => one.suffix === suffix);
      if (!found) throw new Error(`no suffix ${suffix}`);
      return found;
    },
    grants: (suffix: string) =>
      (rules.suffixes.find((one) => one.suffix === suffix)?.beyond ?? []).map(({ list }) =>
        list.map(({ clause }) => clause?.replace(/^.*#/, '')),
      ),
    flags: (suffix: string) =>
      rules.suffixes
        .find((one) => one.suffix === suffix)
        ?.beyond.map(({ phases }) => phases[0]?.flags),
  };
}

describe('suffixes', () => {
  it('tell the name itself, one more label and more apart', () => {
    const found = suffixes(
      agent(
        `allow: [${host('exact', 'a.example.com')}, ${host('one', '*.b.example.com')}, ${host('many', '**.c.example.com')}]`,
      ),
    );
    expect(found.grants('a.example.com')).toEqual([['exact'], [], []]);
    expect(found.grants('b.example.com')).toEqual([[], ['one'], []]);
    expect(found.grants('c.example.com')).toEqual([[], ['many'], ['many']]);
    expect(found.at('c.example.com').labels).toBe(3);
  });

  it('hold what their ancestors grant, for only the longest is looked at', () => {
    const found = suffixes(
      agent(`allow:
    - ${host('one', '*.example.com')}
    - ${host('deep', 'x.y.example.com', 'protocol: tcp, ports: [80]')}
    - ${host('many', '**.example.com', 'protocol: tcp, ports: [22]')}
    - ${host('leaf', 'a.example.com', 'protocol: tcp, ports: [25]')}`),
    );
    expect(found.grants('example.com')).toEqual([[], ['one', 'many'], ['many']]);
    expect(found.grants('a.example.com')).toEqual([['one', 'many', 'leaf'], ['many'], ['many']]);
    expect(found.grants('x.y.example.com')).toEqual([['deep', 'many'], ['many'], ['many']]);
  });

  it('admit what may be reached, whatever the port', () => {
    const found = suffixes(
      agent(`allow: [${host('one', '*.example.com')}, ${host('x', 'x.example.com')}]`),
    );
    expect(found.flags('example.com')).toEqual([0, NAME_ADMITTED, 0]);
    expect(found.flags('x.example.com')).toEqual([NAME_ADMITTED | NAME_EXACT, 0, 0]);
    expect(found.others[0]?.flags).toBe(0);
  });

  it('refuse what a deny of every protocol names, not what it denies on a port', () => {
    const found = suffixes(
      agent(`allow: [${host('many', '**.example.com')}]
  deny: [{id: bad, to: {host: bad.example.com}}, ${host('ssh', 'ssh.example.com', 'protocol: tcp, ports: [22]')}]`),
    );
    expect(found.flags('bad.example.com')).toEqual([
      NAME_REFUSED | NAME_OWN,
      NAME_ADMITTED,
      NAME_ADMITTED,
    ]);
    expect(found.at('bad.example.com').beyond[0].phases[0]?.clause).toBe('AgentPolicy/alpha#bad');
    expect(found.flags('ssh.example.com')?.[0]).toBe(NAME_ADMITTED);
  });

  it('tell a guardrail’s refusal from the agent’s own', () => {
    const own = agent(`allow: [${host('many', '**.example.com')}]`);
    const denied = 'deny: [{id: bad, to: {host: bad.example.com}}]';
    const found = suffixes(guardrail(denied), own);
    expect(found.flags('bad.example.com')?.[0]).toBe(NAME_REFUSED);
    const noted = suffixes(guardrail(denied, 'audit'), own).at('bad.example.com').beyond[0]
      .phases[0];
    expect(noted).toMatchObject({
      flags: NAME_ADMITTED | NAME_NOTED_DENY,
      clause: null,
      noted: 'Guardrail/top#bad',
    });
  });

  it('leave other names to those that may reach anything', () => {
    expect(suffixes(agent('allow: [{id: all, to: {any: true}}]')).others[0]?.flags).toBe(
      NAME_ADMITTED,
    );
    expect(suffixes(agent('allow: [{id: net, to: {cidr: 0.0.0.0/0}}]')).others[0]?.flags).toBe(0);
    const found = suffixes(
      agent(
        'allow: [{id: all, to: {any: true}}]\n  deny: [{id: bad, to: {host: bad.example.com}}]',
      ),
    );
    expect(found.flags('bad.example.com')).toEqual([
      NAME_REFUSED | NAME_OWN,
      NAME_ADMITTED,
      NAME_ADMITTED,
    ]);
  });
});
