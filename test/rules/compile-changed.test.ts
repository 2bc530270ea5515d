import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicySet } from '../../src/policy/index.ts';
import { compile, compileChanged } from '../../src/rules/index.ts';
import { policySets } from '../arbitraries/index.ts';
import { replay, runs } from '../kernel/runs.ts';

/** A policy set, and another that shares documents with it: the very objects, or equal ones of other content. */
const pairs = fc
  .tuple(policySets(), policySets(), fc.infiniteStream(fc.boolean()))
  .map(([before, other, picks]) => {
    const pick = () => picks.next().value === true;
    const mixed = <Document extends { metadata: { name: string } }>(
      ours: readonly Document[],
      theirs: readonly Document[],
    ): Document[] => {
      const taken = new Map(theirs.filter(pick).map((one) => [one.metadata.name, one]));
      const kept = ours.filter(({ metadata }) => !taken.has(metadata.name) && pick());
      return [...kept, ...taken.values()].toSorted((a, b) =>
        a.metadata.name < b.metadata.name ? -1 : 1,
      );
    };
    const after: PolicySet = {
      ...other,
      agents: mixed(before.agents, other.agents),
      guardrails: pick() ? before.guardrails : mixed(before.guardrails, other.guardrails),
    };
    return { before, after };
  });

describe('compileChanged', () => {
  it('gives what compile gives', () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const known = { policySet: before, ruleSet: compile(before) };
        expect(compileChanged(known, after)).toEqual(compile(after));
      }),
      replay(runs(100)),
    );
  });

  it('takes over the rules of documents that are the same objects', () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const ruleSet = compile(before);
        const { agents } = compileChanged(
          { policySet: before, ruleSet },
          {
            ...after,
            guardrails: before.guardrails,
          },
        );
        const same = after.agents.filter((agent) => before.agents.includes(agent));
        for (const { metadata } of same) {
          const isIt = ({ name }: { name: string }) => name === metadata.name;
          expect(agents.find(isIt)).toBe(ruleSet.agents.find(isIt));
        }
      }),
    );
  });
});
