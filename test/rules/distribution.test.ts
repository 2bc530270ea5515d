import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvaluator, type Reason } from '../../src/rules/index.ts';
import { ruleSetWithFlows } from '../arbitraries/index.ts';
import { registrations, wholeRuleSetWithFlows } from '../arbitraries/whole/index.ts';

/** What generated cases are worth: a property that only ever sees denials proves little. */
describe('generated cases', () => {
  const verdicts = fc
    .sample(ruleSetWithFlows(), { seed: 7, numRuns: 1500 })
    .flatMap((generated) => {
      const evaluator = createEvaluator(generated.ruleSet);
      return generated.items.map((item) =>
        'type' in item ? evaluator.decideQuestion(item) : evaluator.decide(item),
      );
    });

  it.each(['allow', 'deny'] as const)('%s at least one time in five', (decision) => {
    const share = verdicts.filter((verdict) => verdict.decision === decision).length;
    expect(share / verdicts.length).toBeGreaterThan(0.2);
  });

  it.each<Reason>([
    'allowed',
    'denied',
    'no-clause',
    'no-ingress',
    'dns-name',
    'dns-type',
    'dns-resolver',
    'dns-malformed',
    'dns-tcp',
    'unknown-workload',
    'spoofed-source',
    'malformed',
    'protocol',
    'would-deny',
  ])('%s occurs often enough to be tested', (reason) => {
    expect(verdicts.filter((verdict) => verdict.reason === reason).length).toBeGreaterThan(20);
  });

  it('has audit guardrails that note something', () => {
    expect(verdicts.filter(({ noted }) => noted !== null).length).toBeGreaterThan(200);
  });
});

describe('generated cases of the whole language', () => {
  const verdicts = fc
    .sample(wholeRuleSetWithFlows(), { seed: 7, numRuns: 1950 })
    .flatMap((generated) => {
      const evaluator = createEvaluator(generated.ruleSet, { registrations });
      return generated.items.map((item) =>
        'type' in item ? evaluator.decideQuestion(item) : evaluator.decide(item),
      );
    });

  it.each(['allow', 'deny'] as const)('%s at least one time in five', (decision) => {
    const share = verdicts.filter((verdict) => verdict.decision === decision).length;
    expect(share / verdicts.length).toBeGreaterThan(0.2);
  });

  it.each<Reason>([
    ...(['allowed', 'denied', 'no-clause', 'no-ingress', 'budget-spent', 'sni-missing'] as const),
    ...(['sni-mismatch', 'quic', 'dns-name', 'dns-type', 'dns-length', 'dns-malformed'] as const),
    ...(['dns-resolver', 'dns-tcp', 'unknown-workload', 'spoofed-source', 'malformed'] as const),
    ...(['protocol', 'would-deny'] as const),
  ])('%s occurs often enough to be tested', (reason) => {
    expect(verdicts.filter((verdict) => verdict.reason === reason).length).toBeGreaterThan(20);
  });

  it('lets flows into agents, by their senders and by themselves', () => {
    const ingress = verdicts.filter(
      ({ decision, clause }) => decision === 'allow' && clause?.includes('#ingress-'),
    );
    expect(ingress.length).toBeGreaterThan(100);
  });
});
