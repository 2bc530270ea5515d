import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentRules,
  type Clause,
  compile,
  createEvaluator,
  decide,
  decideQuestion,
  type Flow,
  parseRuleSet,
  type RuleSet,
  serialiseRuleSet,
} from '../../src/rules/index.ts';
import {
  registrations,
  wholePolicySets,
  wholeRuleSetWithFlows,
} from '../arbitraries/whole/index.ts';
import { replay, runs } from '../kernel/runs.ts';
import { agentRules } from './made-rules.ts';

/** Truths about the whole language that do not follow the evaluator's own steps. */
describe('any flow or question', () => {
  it('is judged alike by rules that were written and read again', () => {
    const again = fc.property(wholeRuleSetWithFlows(), ({ ruleSet, items }) => {
      const first = createEvaluator(ruleSet, { registrations });
      const second = createEvaluator(parseRuleSet(serialiseRuleSet(ruleSet)), { registrations });
      for (const item of items) {
        if ('type' in item) expect(second.decideQuestion(item)).toEqual(first.decideQuestion(item));
        else expect(second.decide(item)).toEqual(first.decide(item));
      }
    });
    fc.assert(again, replay(runs(60)));
  });

  it('is judged, whatever it holds', () => {
    const odd = fc.record(
      {
        at: fc.oneof(fc.double(), fc.constantFrom(8.64e15, -8.64e15, 8.65e15, 0)),
        onBehalfOf: fc.array(fc.string(), { maxLength: 2 }),
        sni: fc.string(),
        spent: fc.array(fc.string(), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wholeRuleSetWithFlows(), odd, ({ ruleSet, items }, more) => {
        for (const item of items) {
          const one = { ...item, ...more };
          const { decision } = 'type' in one ? decideQuestion(ruleSet, one) : decide(ruleSet, one);
          expect(decision).toMatch(/^(allow|deny)$/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is judged by clauses that hold at its time as if they stated none, and not by others', () => {
    forEachFlow((ruleSet, flow) => {
      const { at } = flow;
      if (at === undefined) return;
      const still = ({ during, expires, ...clause }: Clause): Clause[] =>
        evaluates({ ...bare, ...(during ? { during } : {}), ...(expires ? { expires } : {}) }, at)
          ? [clause]
          : [];
      const timeless = onClauses(ruleSet, still);
      const { at: _, ...anytime } = flow;
      expect(decide(timeless, anytime, { registrations })).toEqual(
        decide(ruleSet, flow, { registrations }),
      );
    });
  });

  it('is judged by clauses of its principals as if they named none, and not by others', () => {
    forEachFlow((ruleSet, flow) => {
      const { onBehalfOf: principals, ...anybody } = flow;
      if (!principals) return;
      const still = ({ onBehalfOf, ...clause }: Clause): Clause[] =>
        !onBehalfOf || onBehalfOf.some((one) => principals.includes(one)) ? [clause] : [];
      expect(decide(onClauses(ruleSet, still), anybody, { registrations })).toEqual(
        decide(ruleSet, flow, { registrations }),
      );
    });
  });

  it('is judged by an agent’s own addresses as by that agent in a clause', () => {
    forEachFlow((ruleSet, flow) => {
      const sources = new Map(ruleSet.agents.map(({ name, sources: own }) => [name, own]));
      // The first block of an agent alone, by agent and by CIDR.
      const agents = ruleSet.agents.map(
        (agent): AgentRules => ({
          ...agent,
          sources: agent.sources.slice(0, 1),
          selector: {},
        }),
      );
      const spelt = (clause: Clause): Clause[] => {
        if (clause.to.kind !== 'agent') return [clause];
        const [cidr] = sources.get(clause.to.agent) ?? [];
        return cidr === undefined ? [] : [{ ...clause, to: { kind: 'cidr', cidr, except: [] } }];
      };
      const byAgent = { ...ruleSet, agents };
      const named = withoutInbound(byAgent);
      expect(decide(onClauses(named, spelt), flow)).toEqual(decide(named, flow));
    });
  });
});

describe('compile', () => {
  it('gives the same bytes whatever the order of documents', () => {
    fc.assert(
      fc.property(wholePolicySets(), (policySet) => {
        const reversed = {
          ...policySet,
          agents: policySet.agents.toReversed(),
          guardrails: policySet.guardrails.toReversed(),
          gatewayGroups: policySet.gatewayGroups.toReversed(),
          endpoints: policySet.endpoints.toReversed(),
        };
        expect(serialiseRuleSet(compile(reversed))).toBe(serialiseRuleSet(compile(policySet)));
      }),
      replay(runs(60)),
    );
  });
});

const bare: Clause = {
  id: 'AgentPolicy/clock#one',
  to: { kind: 'any' },
  protocol: 'icmp',
  ports: [],
};

/** Whether a clause holds at a time, as the evaluator sees it by itself. */
function evaluates(clause: Clause, at: number): boolean {
  const agent = agentRules('clock', { guardrails: [], allow: [clause] });
  const ruleSet: RuleSet = { format: 2, agents: [agent], guardrails: [], gatewayGroups: [] };
  const dst = { family: 4, value: 0xc0000201n } as const;
  return decide(ruleSet, { agent: 'clock', dst, protocol: 'icmp', at }).decision === 'allow';
}

function onClauses(ruleSet: RuleSet, change: (clause: Clause) => readonly Clause[]): RuleSet {
  const both = <R extends { readonly allow: readonly Clause[]; readonly deny: readonly Clause[] }>(
    rules: R,
  ): R => ({ ...rules, allow: rules.allow.flatMap(change), deny: rules.deny.flatMap(change) });
  return {
    ...ruleSet,
    guardrails: ruleSet.guardrails.map(both),
    agents: ruleSet.agents.map((agent) => ({
      ...both(agent),
      ingress: agent.ingress.flatMap((clause) => {
        const { from, ...terms } = clause;
        const kept = change({ ...terms, to: { kind: 'any' } });
        return kept.map(({ to: _, protocol, ...rest }) => ({
          ...rest,
          from,
          protocol: protocol as 'tcp',
        }));
      }),
    })),
  };
}

/** Without guardrails' denies by agent, which inbound mean the sender: another address than the one compared. */
function withoutInbound(ruleSet: RuleSet): RuleSet {
  return {
    ...ruleSet,
    guardrails: ruleSet.guardrails.map((guardrail) => ({
      ...guardrail,
      deny: guardrail.deny.filter(({ to }) => to.kind !== 'agent'),
      // By CIDR it would lift the built-in guardrail; by agent it does not.
      allow: guardrail.allow.filter(({ to }) => to.kind !== 'agent'),
    })),
  };
}

function forEachFlow(check: (ruleSet: RuleSet, flow: Flow) => void): void {
  fc.assert(
    fc.property(wholeRuleSetWithFlows(), ({ ruleSet, items }) => {
      for (const item of items) if (!('type' in item)) check(ruleSet, item);
    }),
    replay(runs(100)),
  );
}
