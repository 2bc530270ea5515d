import { type ProgramResult, runOn } from '../instance/index.ts';
import type { Instance } from '../net/index.ts';
import { type Attempt, isAsExpected, type Scenario } from './attempt.ts';

/** An attempt that was made. */
export interface Finding {
  readonly attempt: Attempt;
  readonly result: ProgramResult;
  readonly ok: boolean;
}

/** Makes the attempts of a scenario on the hosts of a lab; the clients' own results decide. */
export async function runScenario(
  instance: Instance,
  { attempts, inOrder }: Scenario,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const make = async (attempt: Attempt): Promise<Finding> => {
    const result = await runOn(instance, attempt.from, attempt.client.commandLine, signal);
    return { attempt, result, ok: isAsExpected(attempt, result) };
  };
  if (!inOrder) return Promise.all(attempts.map(make));
  const findings: Finding[] = [];
  for (const attempt of attempts) findings.push(await make(attempt));
  return findings;
}
