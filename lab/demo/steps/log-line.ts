import type { LogEvent } from '../../instance/index.ts';
import { JsonLog } from '../../instance/index.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Stage, Step } from '../step.ts';

/** What a deny line must name. */
interface Expected {
  readonly agent: string;
  readonly clause: string;
  readonly policyVersion: string;
  /** Where the rules come from a commit. */
  readonly commit?: string | undefined;
}

/** The gateway's log says who was denied, by which clause, of which version. */
export const readDenyLine: Step = {
  name: 'deny-line',
  title: 'The log names agent, clause, policy version, and the commit where there is one',
  run: async (stage) => ({
    checks: [
      await denyLine(stage, {
        agent: 'invoice-processor',
        clause: 'AgentPolicy/invoice-processor#no-ledger-administration',
        policyVersion: '1.0.0',
        commit: stage.commit,
      }),
      await denyLine(stage, {
        agent: 'research-assistant',
        clause: 'Guardrail/baseline#no-vault',
        policyVersion: '1.0.0',
        commit: stage.commit,
      }),
    ],
  }),
};

const shown = [
  'decision',
  'reason',
  'agent',
  'clause',
  'policyVersion',
  'commit',
  'src',
  'dst',
  'protocol',
  'port',
  'generation',
];

/** Looks for a deny line that names all this, from the log's first line on. */
export async function denyLine({ instance, signal }: Stage, expected: Expected): Promise<Check> {
  const { agent, clause, policyVersion, commit } = expected;
  const from = commit ? `, commit ${commit.slice(0, 7)}` : '';
  const says = `${agent}, denied by ${clause}, version ${policyVersion}${from}`;
  const matches = (event: LogEvent) =>
    event.event === 'flow' &&
    event.decision === 'deny' &&
    Object.entries(expected).every(([field, value]) => event[field] === value);
  try {
    const log = JsonLog.fromStart(instance);
    const line = await log.until('such a line', matches, { deadline: 2000, signal });
    return { says, ok: true, evidence: quoted(line, shown) };
  } catch (error) {
    return { says, ok: false, evidence: [(error as Error).message] };
  }
}
