import { expect, test } from 'vitest';
import { parsePolicies } from '../../src/policy/index.ts';
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
  const names = Array.from({ length: 300 }, (_, index) => `p${index}.yaml`);
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
