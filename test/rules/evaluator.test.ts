import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import {
  compile,
  createEvaluator,
  decide,
  decideQuestion,
  packetSource,
  parseRuleSet,
  questionTypeCode,
  serialiseRuleSet,
} from '../../src/rules/index.ts';
import { address } from '../arbitraries/alphabet.ts';
import { ruleSetWithFlows } from '../arbitraries/index.ts';

describe('the evaluator', () => {
  it('answers alike for rules that were written and read again', () => {
    fc.assert(
      fc.property(ruleSetWithFlows(), ({ ruleSet, items }) => {
        const again = createEvaluator(parseRuleSet(serialiseRuleSet(ruleSet)));
        for (const item of items) {
          if ('type' in item)
            expect(again.decideQuestion(item)).toEqual(decideQuestion(ruleSet, item));
          else expect(again.decide(item)).toEqual(decide(ruleSet, item));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, whatever the flow or question holds', () => {
    const flow = fc.record(
      {
        agent: fc.constantFrom('alpha', '', '__proto__', 'nobody'),
        dst: anyAddress(),
        protocol: fc.oneof(fc.constantFrom('tcp' as const, 'icmp' as const), fc.integer()),
        names: fc.array(fc.string(), { maxLength: 3 }),
        port: fc.integer(),
      },
      { requiredKeys: ['dst', 'protocol'] },
    );
    const question = fc.record({
      agent: fc.constantFrom('alpha', 'nobody'),
      name: fc.string({ unit: 'binary', maxLength: 300 }),
      type: fc.oneof(fc.string(), fc.double()),
    });
    fc.assert(
      fc.property(ruleSetWithFlows(), flow, question, ({ ruleSet }, one, other) => {
        const evaluator = createEvaluator(ruleSet);
        expect(evaluator.decide(one).decision).toMatch(/^(allow|deny)$/);
        expect(evaluator.decideQuestion(other).decision).toMatch(/^(allow|deny)$/);
      }),
    );
  });

  it('knows no agent where there are none', () => {
    const none = compile(emptyPolicySet);
    const flow = { agent: 'alpha', dst: address('192.0.2.1'), protocol: 'icmp' as const };
    expect(decide(none, flow).reason).toBe('unknown-workload');
    const question = { agent: 'alpha', name: 'example.com', type: 'A' };
    expect(decideQuestion(none, question).reason).toBe('unknown-workload');
  });
});

describe('questionTypeCode', () => {
  it.each([
    ['A', 1],
    ['AAAA', 28],
    ['HTTPS', 65],
    ['TYPE65', 65],
    ['TYPE65535', 65535],
    [257, 257],
  ])('%s is %d', (type, code) => {
    expect(questionTypeCode(type)).toBe(code);
  });

  it.each(['a', 'FOO', 'TYPE', 'TYPE01', 'TYPE65536', 'toString', -1, 1.5, 65536])(
    '%s is no type',
    (type) => {
      expect(questionTypeCode(type)).toBeUndefined();
    },
  );
});

describe('packetSource', () => {
  const [generated] = fc.sample(ruleSetWithFlows(), { seed: 1, numRuns: 1 });
  const ruleSet = generated?.ruleSet ?? compile(emptyPolicySet);
  const [agent] = ruleSet.agents;

  it('is the address that the flow states', () => {
    const src = address('203.0.113.9');
    expect(packetSource(ruleSet, { src, dst: address('192.0.2.1'), protocol: 'icmp' })).toBe(src);
  });

  it('is an address of the agent that belongs to it, of the destination’s family', () => {
    for (const dst of [address('192.0.2.1'), address('2001:db8::1')]) {
      const src = packetSource(ruleSet, { agent: agent?.name ?? '', dst, protocol: 'icmp' });
      expect(src?.family).toBe(dst.family);
      const flow = { agent: agent?.name ?? '', ...(src ? { src } : {}), dst, protocol: 47 };
      expect(decide(ruleSet, flow).reason).toBe('protocol');
    }
  });

  it('is unknown for an unknown agent', () => {
    const flow = { agent: 'nobody', dst: address('192.0.2.1'), protocol: 'icmp' as const };
    expect(packetSource(ruleSet, flow)).toBeUndefined();
  });
});

function anyAddress() {
  return fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value) => ({ family: 4 as const, value })),
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => ({ family: 6 as const, value })),
  );
}
