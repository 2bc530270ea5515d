import { describe, expect, test } from 'vitest';
import { draftFile, draftText, isError, parsePolicies } from '../../src/policy/index.ts';
import { manifest, read } from './manifests.ts';
import { lines } from './published-schemas.ts';

const rest = `extends: [shared/base.yaml]
metadata: {name: Egress Guard, version: 1.4.0, owner: team-web}
policies:
  tool_guard:
    type: custom
    adapter: rules
    config:
      allow_hosts: ["*.internal.example", "*", "api.github.com:8443", 192.0.2.7]
  pii: {type: rego, bundle: ./policy}
  roles: {type: cedar, policy_path: roles.cedar}
tools:
  fetch_url: {id: fetch_url, security_labels: [external, "*.internal.example", customer.profile]}
  mail: {security_labels: mail.example.com}
annotators:
  judge: {type: endpoint, endpoint: "https://judge.example.net:9443/v1"}
  local: {type: endpoint, endpoint: "http://127.0.0.1:9000/"}
approval:
  resolvers:
    hook: {type: webhook, url: "http://approve.example.org/hook"}
`;

function draftOf(text: string, path = 'agents/manifest.yaml') {
  const { drafts, problems } = draftFile({ path, text });
  expect(problems).toEqual([]);
  const [draft] = drafts;
  if (!draft) throw new Error('no draft was made');
  return { draft, text: draftText(draft) };
}

describe.each(lines)('the draft of a manifest of line %s', (line) => {
  const { draft, text } = draftOf(manifest(line, rest));

  test('has a clause for every destination that is hinted at, once', () => {
    expect(
      draft.clauses.map(({ id, terms: { to, protocol, port } }) => ({ id, to, protocol, port })),
    ).toEqual([
      {
        id: 'below-internal-example',
        to: { host: '*.internal.example' },
        protocol: 'https',
        port: undefined,
      },
      { id: 'api-github-com', to: { host: 'api.github.com' }, protocol: 'https', port: 8443 },
      { id: 'to-192-0-2-7', to: { cidr: '192.0.2.7/32' }, protocol: 'https', port: undefined },
      {
        id: 'mail-example-com',
        to: { host: 'mail.example.com' },
        protocol: 'https',
        port: undefined,
      },
      { id: 'judge-example-net', to: { host: 'judge.example.net' }, protocol: 'https', port: 9443 },
      { id: 'approve-example-org', to: { host: 'approve.example.org' }, protocol: 'tcp', port: 80 },
    ]);
  });

  test('says of each clause where its hints stand', () => {
    const [, before] = /dns:[\s\S]*?allow:\n([\s\S]*?)- id: below/.exec(text) ?? [];
    expect(before?.trim().split(/\n\s+/)).toEqual([
      '# agents/manifest.yaml:9 policies.tool_guard.config.allow_hosts: *.internal.example; HTTPS is a guess',
      '# agents/manifest.yaml:13 tools.fetch_url.security_labels: *.internal.example; HTTPS is a guess',
    ]);
  });

  test('leaves labels that are no domains, and says why hints come to no clause', () => {
    expect(text).not.toContain('customer.profile');
    expect(text).toMatch(/# agents\/manifest\.yaml:9 .*: \* \(it is every host/);
    expect(text).toMatch(/# agents\/manifest\.yaml:17 .*127\.0\.0\.1:9000.*on the same host/);
  });

  test('claims neither Rego nor Cedar nor what was not read', () => {
    expect(text).toContain('# Not compiled: the policy pii (rego, agents/manifest.yaml:10)');
    expect(text).toContain('# Not compiled: the policy roles (cedar, agents/manifest.yaml:11)');
    expect(text).toContain('# Not read: agents/shared/base.yaml');
  });

  test('is refused until it is filled in, and in order after', () => {
    const check = (policy: string) =>
      parsePolicies([{ path: 'p.yaml', text: policy }]).problems.filter(isError);
    const refused = check(text).map(({ code }) => code);
    expect(refused).toEqual(expect.arrayContaining(['SP304', 'SP309']));
    const filled = text.replace('- FILL-IN', '- 10.8.1.0/28').replace('- FILL-IN', '- 10.8.0.53');
    expect(check(filled)).toEqual([]);
  });

  test('keeps name, version and owner of the manifest', () => {
    expect(text).toContain('name: egress-guard\n  version: 1.4.0\n  owner: team-web\n');
  });
});

test('nothing in a manifest can break out of a comment', () => {
  const hostile = `metadata: {}\nannotators:\n  "a\\nkind: Guardrail": {type: endpoint, endpoint: "https://x.example.com/\\nspec: 1"}\n`;
  const { text } = draftOf(manifest('0.4', hostile));
  expect(text).not.toMatch(/^\s*(?:kind: Guardrail|spec: 1)/m);
  expect(text).toContain('\\u{a}kind: Guardrail');
});

test('a manifest without hints makes a draft that says so', () => {
  const { draft, text } = draftOf(
    manifest('0.3', 'metadata: {name: 42}\n'),
    'billing.manifest.yaml',
  );
  expect(draft.clauses).toEqual([]);
  expect(text).toContain('# Nothing in the manifest hints at where its agent connects to.');
  expect(text).toContain('name: billing\n  version: 0.1.0');
  expect(text).not.toMatch(/allow:|dns:/);
});

test('ids stay apart where names differ in what ids cannot say', () => {
  const labels =
    'tools:\n  t: {security_labels: [a-b.example.com, a.b.example.com, "*.b.example.com"]}\n';
  const { draft } = draftOf(manifest('0.4', labels));
  expect(draft.clauses.map(({ id }) => id)).toEqual([
    'a-b-example-com',
    'a-b-example-com-2',
    'below-b-example-com',
  ]);
});

test.each([
  ['kind: AgentPolicy', 'SP220 1:1'],
  ['agent_control_specification_version: 2.0.0', 'SP220 1:38'],
  ['a: [', 'SP103'],
])('%j is no manifest to draft from', (text, place) => {
  const { drafts, problems } = draftFile({ path: 'm.yaml', text });
  expect(drafts).toEqual([]);
  expect(problems.map(({ code, line, column }) => `${code} ${line}:${column}`).join()).toContain(
    place,
  );
});

describe('check warns of a manifest without a profile', () => {
  const { problems, policySet } = read({
    'm.yaml': manifest('0.4', rest.replace('extends: [shared/base.yaml]\n', '')),
  });

  test('where it says that it is one, and says how to make a draft of which hints', () => {
    expect(
      problems.map(({ code, line, column, severity }) => [code, line, column, severity]),
    ).toEqual([['SP431', 1, 1, 'warning']]);
    expect(problems[0]?.remedy).toContain('sallyport draft m.yaml');
    expect(problems[0]?.remedy).toContain('`*.internal.example` (line 8)');
    expect(policySet.agents).toEqual([]);
  });

  test('and that its policies are not compiled', () => {
    expect(problems[0]?.message).toContain('custom and rego and cedar policies are not compiled');
  });
});
