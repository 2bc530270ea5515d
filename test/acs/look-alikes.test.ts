import { describe, expect, test } from 'vitest';
import { read } from './manifests.ts';

const request = `{
  "jsonrpc": "2.0",
  "id": "6f1c",
  "method": "steps/toolCallRequest",
  "params": {
    "acs_version": "0.1.0",
    "request_id": "9f0e",
    "metadata": {"agent_id": "a", "session_id": "s"},
    "payload": {"tool": {"name": "Bash"}}
  }
}`;
const response =
  '{"jsonrpc": "2.0", "id": "6f1c", "result": {"type": "final", "acs_version": "0.1.0"}}';

const shield = `resources:
  tools: [send_email]
variables:
  approved: {type: bool}
state_validation:
  guard_policies:
    - evaluate_when: [{expression: approved}]
`;

const template = `name: production
policies:
  - name: no_shell
    severity: critical
  - name: network_allowlist
    allow:
      - action: http_request
        domains: ["*.example.com"]
`;

describe.each([
  ['a request of the Agent Control Standard', 'm.yaml', request, '6:5', 'Agent Control Standard'],
  ['its response', 'm.yaml', response, '1:62', 'Agent Control Standard'],
  ['a guardrails file of AgentShield', 'bank.guardrails.yaml', shield, '5:1', 'AgentShield'],
  ['the same under another name', 'bank.yaml', shield, '5:1', 'AgentShield'],
  ['a file that only has the name', 'x/.guardrails.yaml', 'resources: {}', '1:1', 'AgentShield'],
  ['an allowlist of the toolkit', 'm.yaml', 'network_allowlist: [a.example.com]', '1:1', 'Toolkit'],
  [
    'an allowlist in a sandbox configuration',
    'm.yaml',
    'sandbox:\n  network_enabled: true\n  network_allowlist: [a.example.com]\n',
    '3:3',
    'Toolkit',
  ],
  ['an allowlist among the rules of a template', 'm.yaml', template, '5:5', 'Toolkit'],
])('%s', (_, path, text, place, name) => {
  const { places, problems } = read({ [path]: text });

  test('is refused by name, at what gives it away', () => {
    expect(places).toEqual([`SP202 ${path}:${place}`]);
    expect(problems[0]?.message).toContain(name);
  });

  test('with what to write instead', () => {
    expect(problems[0]?.remedy).toMatch(/`kind: AgentPolicy`/);
  });
});

describe('what says that it is one of ours is judged as such', () => {
  const guardrail =
    'apiVersion: sallyport.dev/v1\nkind: Guardrail\nmetadata: {name: g, version: 1.0.0}\nspec: {}\n';

  test('a guardrail in a file named guardrails.yaml', () => {
    expect(read({ 'guardrails.yaml': guardrail }).places).not.toContainEqual(
      expect.stringContaining('SP202'),
    );
  });

  test('a guardrail that lacks its apiVersion', () => {
    const [, ...rest] = guardrail.split('\n');
    expect(read({ 'guardrails.yaml': rest.join('\n') }).places).toEqual([
      'SP203 guardrails.yaml:1:1',
    ]);
  });
});
