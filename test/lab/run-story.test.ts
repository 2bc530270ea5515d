import { describe, expect, it } from 'vitest';
import { runStory, type Stage, type Step, silentNarrator, stories } from '../../lab/demo/index.ts';
import { labInstance } from '../../lab/net/index.ts';

function stageWith(abort = new AbortController()): Stage {
  return { instance: labInstance('story'), signal: abort.signal };
}

const holding = (name: string, ok = true): Step => ({
  name,
  title: name,
  run: async () => ({ checks: [{ says: 'it holds', ok, evidence: [] }] }),
});
const failing = (name: string): Step => ({
  name,
  title: name,
  run: async () => {
    throw new Error('it broke');
  },
});

const names = (report: { steps: readonly { name: string }[] }) =>
  report.steps.map(({ name }) => name);

describe('runStory', () => {
  it('holds when every check of every step holds', async () => {
    const report = await runStory(stageWith(), [holding('a'), holding('b')], [], silentNarrator);
    expect(report).toMatchObject({ ok: true, steps: [{ ok: true }, { ok: true }] });
  });

  it('goes on after a failure, and says that not all held', async () => {
    const steps = [holding('a', false), failing('b'), holding('c')];
    const report = await runStory(stageWith(), steps, [], silentNarrator);
    expect(names(report)).toEqual(['a', 'b', 'c']);
    expect(report.ok).toBe(false);
    expect(report.steps[1]).toMatchObject({ ok: false, error: 'it broke' });
  });

  it('gives the measured time from merge to enforcement a place of its own', async () => {
    const measured: Step = {
      name: 'merge',
      title: 'merge',
      run: async () => ({
        checks: [{ says: 'it holds', ok: true, evidence: [] }],
        figures: { mergeToEnforcedMs: 12.5 },
      }),
    };
    const steps = [measured, holding('b')];
    expect(await runStory(stageWith(), steps, [], silentNarrator)).toMatchObject({
      mergeToEnforcedMs: 12.5,
    });
    const without = await runStory(stageWith(), [holding('a')], [], silentNarrator);
    expect(without).not.toHaveProperty('mergeToEnforcedMs');
  });

  it('does not take a step that checks nothing for one that holds', async () => {
    const empty: Step = { name: 'a', title: 'a', run: async () => ({ checks: [] }) };
    expect((await runStory(stageWith(), [empty], [], silentNarrator)).ok).toBe(false);
  });

  it('ends after a vital failure, but still cleans up', async () => {
    const vital: Step = { ...failing('a'), vital: true };
    const report = await runStory(
      stageWith(),
      [vital, holding('b')],
      [holding('z')],
      silentNarrator,
    );
    expect(names(report)).toEqual(['a', 'z']);
  });

  it('cleans up after an interruption, and does not call it held', async () => {
    const abort = new AbortController();
    const interrupting: Step = {
      ...holding('a'),
      run: async () => {
        abort.abort();
        return { checks: [{ says: 'it holds', ok: true, evidence: [] }] };
      },
    };
    const steps = [interrupting, holding('b')];
    const report = await runStory(stageWith(abort), steps, [holding('z')], silentNarrator);
    expect(names(report)).toEqual(['a', 'z']);
    expect(report.ok).toBe(false);
  });
});

describe('the stories of the demo', () => {
  it.each(Object.entries(stories))('%s: names each step once', (_, steps) => {
    const all = steps.map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });
});
