import { type Finding, runScenario, type Scenario } from '../scenarios/index.ts';
import type { Check } from './report.ts';
import type { Stage } from './step.ts';

/** Makes the attempts of a scenario, and gives one check for each. */
export async function checkScenario(
  { instance, signal }: Stage,
  scenario: Scenario,
): Promise<Check[]> {
  return (await runScenario(instance, scenario, signal)).map(checkOf);
}

function checkOf({ attempt, result, ok }: Finding): Check {
  const { client, expect, answer, from, says } = attempt;
  const lines = result.output.split('\n').filter((line) => line.trim() !== '');
  const firstLine = lines.find((line) => !line.startsWith(';')) ?? lines[0] ?? '';
  const lostLine = lines.find((line) => /timed? ?out|no answer|\b0 received/i.test(line));
  const got = client.exitCodes.silence.includes(result.exitCode)
    ? `no answer (exit ${result.exitCode}: ${lostLine ?? firstLine})`
    : `${result.exitCode === 0 ? '' : `exit ${result.exitCode}: `}${answerLine(result.output, expect === 'refused' ? client.refusal : answer) ?? firstLine}`;
  return {
    says: `${from}: ${says}`,
    ok,
    ms: result.ms,
    evidence: [
      `$ ${client.shown ?? client.commandLine.join(' ')}`,
      `→ ${got}`,
      ...(ok ? [] : [`expected: ${expect}${answer ? `, with "${answer}"` : ''}`]),
    ],
  };
}

/** The line of an output that holds the answer, which is not always its first. */
function answerLine(output: string, answer: string | undefined): string | undefined {
  return answer === undefined
    ? undefined
    : output.split('\n').find((line) => line.includes(answer));
}
