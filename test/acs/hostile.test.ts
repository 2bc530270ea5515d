import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { draftFile, draftText, parsePolicies } from '../../src/policy/index.ts';
import { replay, runs } from '../kernel/runs.ts';
import { manifest, profile, read } from './manifests.ts';

const version = 'agent_control_specification_version: 0.4.0-alpha.1\n';
const bot = 'bot:\n  workloads: {cidrs: [10.8.1.0/28]}\n';

test('keys that mean something to JavaScript mean nothing here', () => {
  const { policySet, problems } = read({
    'a.yaml': `${version}extends: [b.yaml]\nmetadata: {__proto__: {version: 9.9.9}, constructor: 1, sallyport: {agents: {bot: {}}}}\n`,
    'b.yaml': `${version}metadata: {__proto__: {owner: x}}\n`,
  });
  expect(policySet.agents).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(['SP209', 'SP209']);
});

test('many manifests that all extend many are read in a moment', () => {
  const names = Array.from({ length: 150 }, (_, index) => `p${index}.yaml`);
  const parts = names.map((path) => ({
    path,
    text: `${version}metadata: {${path.slice(0, -5)}: 1}\n`,
  }));
  const leaves = names.map((_, index) => ({
    path: `z${index}.yaml`,
    text: `${version}extends: [${names.join(', ')}]\nmetadata: {sallyport: {agents: {a${index}: {}}}}\n`,
  }));
  const started = performance.now();
  const { problems } = parsePolicies([...parts, ...leaves]);
  expect(problems).not.toEqual([]);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('layers that multiply are followed once each', () => {
  const layer = (index: number, side: string) => ({
    path: `${side}${index}.yaml`,
    text: `${version}extends: [l${index + 1}.yaml, r${index + 1}.yaml]\n`,
  });
  const files = Array.from({ length: 14 }, (_, index) => [
    layer(index, 'l'),
    layer(index, 'r'),
  ]).flat();
  const last = ['l14.yaml', 'r14.yaml'].map((path) => ({
    path,
    text: `${version}metadata: {x: 1}\n`,
  }));
  const top = { path: 'top.yaml', text: `${version}extends: [l0.yaml]\n${profile(bot)}` };
  const started = performance.now();
  const { policySet } = parsePolicies([...files, ...last, top]);
  expect(policySet.agents).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('a manifest that grows beyond the limit through what it extends is refused', () => {
  const filler = 'x'.repeat(600_000);
  const { places } = read({
    'a.yaml': manifest('0.4', `extends: [b.yaml]\nmetadata: {a: ${filler}}\n`),
    'b.yaml': manifest('0.4', `metadata: {b: ${filler}}\n`),
  });
  expect(places).toEqual(['SP340 a.yaml:2:10']);
});

test('what a manifest quotes cannot reach the terminal as it is', () => {
  const { problems } = read({
    'm.yaml': `${version}extends: ["https://x/\\e[31m"]\nmetadata: {sallyport: {agents: {"\\e[2J": 1}}}\n`,
  });
  expect(problems.length).toBeGreaterThan(1);
  expect(problems.map(({ message, remedy }) => message + remedy).join('')).not.toContain('\u001b');
});

const whole = `${version}extends: [b.yaml, ../c.yaml, {url: "https://example.com/d.yaml"}]
metadata:
  version: 1.0.0
  owner: me
  labels: {tier: gold}
  sallyport: {agents: {bot: {workloads: {cidrs: [10.8.1.0/28]}, allow: {web: {to: {any: true}}}}}}
policies: {p: {type: rego, config: {allow_hosts: ["*.example.com", 10.0.0.1, "[::1]:1"]}}}
tools: {t: {security_labels: [a.example.com, x]}}
annotators: {a: {type: endpoint, endpoint: "https://example.com:1/"}}
approval: {resolvers: {r: {type: webhook, url: "http://example.org"}}}
`;
const part = `${version}metadata: {owner: me, sallyport: {agents: {bot: {deny: {x: {to: {any: true}}}}}}}\n`;
const pieces = fc.constantFrom(
  'extends: [m.yaml]',
  '*a',
  '&a ',
  '[',
  '{',
  ': ',
  'null',
  '~',
  '1',
  '\n',
  '😀',
  '\u202e',
  '{url: 1}',
  '://',
  '"',
);

test('no manifest, however mangled, makes the reader or the draft throw', () => {
  const mangled = fc
    .tuple(
      fc.constantFrom(whole, part),
      fc.array(fc.tuple(fc.nat(), fc.nat(40), pieces), { maxLength: 6 }),
    )
    .map(([text, edits]) =>
      edits.reduce<string>((now, [at, cut, piece]) => {
        const start = at % (now.length + 1);
        return now.slice(0, start) + piece + now.slice(start + cut);
      }, text),
    );
  fc.assert(
    fc.property(mangled, mangled, (a, b) => {
      const { problems } = parsePolicies([
        { path: 'm.yaml', text: a },
        { path: 'b.yaml', text: b },
      ]);
      for (const { file, line, column } of problems) {
        expect(['m.yaml', 'b.yaml']).toContain(file);
        expect(Math.min(line, column)).toBeGreaterThan(0);
      }
      for (const draft of draftFile({ path: 'm.yaml', text: a }).drafts) {
        expect(parseDocument(draftText(draft)).errors).toEqual([]);
      }
    }),
    replay(runs(400)),
  );
});
