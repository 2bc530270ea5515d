import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentRules, Clause, Flow, RuleSet, Verdict } from '../../src/rules/index.ts';
import { createEvaluator } from '../../src/rules/index.ts';
import { ruleSetWithFlows } from '../arbitraries/index.ts';

/**
 * Truths about any verdict that do not follow the evaluator's own steps: each is checked by taking rules away or adding
 * some and asking again.
 */
describe('any flow', () => {
  it('is denied whatever else is allowed, once a guardrail above its agent denies everything', () => {
    forEachSent((ruleSet, flow) => {
      const denied = withGuardrail(ruleSet, 'aaa', { deny: [everything('Guardrail/aaa#all')] });
      expect(decide(denied, flow)).toMatchObject({
        decision: 'deny',
        ...(typeof flow.protocol === 'number'
          ? { reason: 'protocol' }
          : { reason: 'denied', clause: 'Guardrail/aaa#all' }),
      });
    });
  });

  it('is not allowed more by another deny, nor less by another allow', () => {
    forEachSent((ruleSet, flow) => {
      const before = decide(ruleSet, flow);
      const more = decide(changed(ruleSet, flow, 'allow'), flow);
      const less = decide(changed(ruleSet, flow, 'deny'), flow);
      if (before.decision === 'allow') expect(more.decision).toBe('allow');
      if (before.decision === 'deny') expect(less.decision).toBe('deny');
    });
  });

  it('is decided alike without the clauses that did not decide, audit notes aside', () => {
    forEachSent((ruleSet, flow) => {
      const verdict = decide(ruleSet, flow);
      if (verdict.reason !== 'denied' || verdict.clause === null) return;
      const bare = keepOnly(ruleSet, verdict.clause);
      expect(decide(bare, flow)).toMatchObject({ reason: 'denied', clause: verdict.clause });
    });
  });

  it('is decided alike when guardrails in audit are taken away', () => {
    forEachSent((ruleSet, flow) => {
      const guardrails = ruleSet.guardrails.map((g) =>
        g.mode === 'audit' ? { ...g, allow: [], deny: [], resolvers: [] } : g,
      );
      expect(decide({ ...ruleSet, guardrails }, flow)).toEqual({
        ...decide(ruleSet, flow),
        noted: null,
      });
    });
  });

  it('notes nothing but a clause of a guardrail in audit', () => {
    forEachSent((ruleSet, flow) => {
      const { noted } = decide(ruleSet, flow);
      if (noted === null) return;
      const author = ruleSet.guardrails.find(({ name }) => noted.startsWith(`Guardrail/${name}#`));
      expect(author?.mode).toBe('audit');
    });
  });

  it('is let through in audit wherever its own policy or default would deny', () => {
    forEachSent((ruleSet, flow) => {
      const agents = ruleSet.agents.map((agent) => ({ ...agent, mode: 'audit' as const }));
      const enforced = ruleSet.agents.map((agent) => ({ ...agent, mode: 'enforce' as const }));
      const inAudit = decide({ ...ruleSet, agents }, flow);
      const inForce = decide({ ...ruleSet, agents: enforced }, flow);
      const own = inForce.clause === null || inForce.clause.startsWith('AgentPolicy/');
      if (inForce.reason === 'protocol' || !own) {
        expect(inAudit).toMatchObject({ decision: inForce.decision, reason: inForce.reason });
      } else {
        expect(inAudit.decision).toBe('allow');
        expect(inAudit.reason).toBe(inForce.decision === 'allow' ? 'allowed' : 'would-deny');
      }
    });
  });
});

function decide(ruleSet: RuleSet, flow: Flow): Verdict {
  return createEvaluator(ruleSet).decide(flow);
}

/** Runs a check on flows that an agent sends from an address of its own, or by name. */
function forEachSent(check: (ruleSet: RuleSet, flow: Flow) => void): void {
  const barred = ['malformed', 'spoofed-source', 'unknown-workload'];
  fc.assert(
    fc.property(ruleSetWithFlows(), ({ ruleSet, items }) => {
      for (const item of items) {
        if ('type' in item || senderOf(ruleSet, item) === undefined) continue;
        if (!barred.includes(decide(ruleSet, item).reason)) check(ruleSet, item);
      }
    }),
  );
}

/** By name, or by an address that this test reads for itself: the alphabet's agents differ in the third group. */
function senderOf(ruleSet: RuleSet, { agent, src }: Flow): AgentRules | undefined {
  if (agent !== undefined) return ruleSet.agents.find(({ name }) => name === agent);
  const number =
    src?.family === 4 ? (src.value >> 8n) & 0xffn : ((src?.value ?? 0n) >> 80n) & 0xffffn;
  return ruleSet.agents.find(
    ({ name }) => ['alpha', 'beta', 'gamma'].indexOf(name) + 1 === Number(number),
  );
}

function everything(id: string): Clause {
  return { id, to: { kind: 'any' }, protocol: 'any', ports: [] };
}

function withGuardrail(
  ruleSet: RuleSet,
  name: string,
  { allow = [], deny = [] }: { allow?: Clause[]; deny?: Clause[] },
): RuleSet {
  const added = {
    ...{ name, version: '1.0.0', mode: 'enforce' as const },
    ...{ resolvers: [], dns: {}, trusted: [], allow, deny },
  };
  return {
    ...ruleSet,
    agents: ruleSet.agents.map((agent) => ({ ...agent, guardrails: [name, ...agent.guardrails] })),
    guardrails: [added, ...ruleSet.guardrails],
  };
}

/** Another clause for everything, last in the sender's policy. */
function changed(ruleSet: RuleSet, flow: Flow, effect: 'allow' | 'deny'): RuleSet {
  const sender = senderOf(ruleSet, flow);
  return {
    ...ruleSet,
    agents: ruleSet.agents.map((agent) =>
      agent === sender
        ? { ...agent, [effect]: [...agent[effect], everything(`AgentPolicy/${agent.name}#last`)] }
        : agent,
    ),
  };
}

/** Keeps the clause that is named and everything that allows: an allow lifts, or is beaten by, what denies. */
function keepOnly(ruleSet: RuleSet, id: string): RuleSet {
  const only = (deny: readonly Clause[]) => deny.filter((clause) => clause.id === id);
  return {
    ...ruleSet,
    agents: ruleSet.agents.map((agent) => ({ ...agent, deny: only(agent.deny) })),
    guardrails: ruleSet.guardrails.map((guardrail) => ({
      ...guardrail,
      deny: only(guardrail.deny),
    })),
  };
}
