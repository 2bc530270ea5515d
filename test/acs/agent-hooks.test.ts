import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { agentHooksLine, isQuestion } from '../../src/flow-lines/index.ts';
import { createEvaluator, reasons, ruleSetDigest } from '../../src/rules/index.ts';
import { sallyport, temporaryFolder } from '../cli/policy-folder.ts';
import { loadVectors } from '../vectors/load-vectors.ts';
import { verdictFaults } from './published-schemas.ts';

interface Vectors {
  readonly policies: string;
  readonly cases: readonly {
    readonly flow: object;
    readonly expect: { readonly evidence: object };
  }[];
}

const file = new URL('../vectors/agent-hooks/verdicts.yaml', import.meta.url);
const { policies, cases }: Vectors = parse(readFileSync(file, 'utf8'));

test('decide --as agent-hooks answers as the vectors say, with the digest of the rules as evidence', async () => {
  const dir = temporaryFolder({ 'policies.yaml': policies });
  const { digest } = JSON.parse((await sallyport(['compile', dir, '--json'])).stdout);
  const lines = cases.map(({ flow }) => `${JSON.stringify(flow)}\n`).join('');
  const { stdout, exitCode } = await sallyport(['decide', dir, '--as', 'agent-hooks'], lines);
  expect(exitCode).toBe(0);
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers).toEqual(
    cases.map(({ expect: { evidence, ...said } }) => ({
      ...said,
      evidence: { artefact: `sha256:${digest}`, ...evidence },
    })),
  );
});

test('every verdict of all vectors is one that the published schema accepts', () => {
  for (const { ruleSet, cases: flows, name } of loadVectors()) {
    const evaluator = createEvaluator(ruleSet);
    const digest = ruleSetDigest(ruleSet);
    for (const { item, title } of flows) {
      const verdict = isQuestion(item) ? evaluator.decideQuestion(item) : evaluator.decide(item);
      const faults = verdictFaults(JSON.parse(agentHooksLine(verdict, digest)));
      expect(faults, `${name}: ${title}`).toEqual([]);
    }
  }
});

test('no reason has a prefix that hosts and engines keep for themselves', () => {
  for (const { name } of reasons) expect(name).not.toMatch(/^(?:host_error|runtime_error):/);
});

test('another shape is refused: exit 2', async () => {
  const dir = temporaryFolder({ 'policies.yaml': policies });
  const { exitCode, stderr } = await sallyport(['decide', dir, '--as', 'opa']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('agent-hooks');
});
