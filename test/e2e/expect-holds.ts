import { expect } from 'vitest';
import type { Instance } from '../../lab/net/index.ts';
import { runScenario, type Scenario } from '../../lab/scenarios/index.ts';

/** Every attempt of a scenario, with what came of it where that was not what it expects. */
export async function expectHolds(instance: Instance, scenario: Scenario): Promise<void> {
  const findings = await runScenario(instance, scenario);
  const failed = findings
    .filter(({ ok }) => !ok)
    .map(({ attempt, result }) => ({ says: attempt.says, expect: attempt.expect, result }));
  expect(failed).toEqual([]);
}
