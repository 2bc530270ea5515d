import { logOf } from '../../instance/index.ts';
import { dnsTunnel, dnsTunnelUngoverned, tunnelMarks } from '../../scenarios/index.ts';
import { questionsLogged } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import type { Check } from '../report.ts';
import type { Stage, Step } from '../step.ts';

/** Data hidden in DNS questions does not get out; the servers' own logs are the witness. */
export const stopTunnel: Step = {
  name: 'dns-tunnel',
  title: 'An attempt to smuggle data out in DNS questions is stopped',
  async run(stage) {
    const attempts = await checkScenario(stage, dnsTunnel);
    // Asked last: once its question is in a log, any earlier one would be there too.
    const control = await checkScenario(stage, dnsTunnelUngoverned);
    const witnesses = [
      await witness(stage, 'resolver-dns', 'the permitted resolver'),
      await witness(stage, 'attacker-dns', 'the attacker’s name server'),
    ];
    return { checks: [...attempts, ...control, ...witnesses] };
  },
};

async function witness(stage: Stage, server: string, name: string): Promise<Check> {
  const log = logOf(stage.instance, server);
  const governed = await questionsLogged(log, `.${tunnelMarks.governed}.`);
  const ungoverned = await questionsLogged(log, `.${tunnelMarks.ungoverned}.`);
  return {
    says: `${name} never saw a question of the agent`,
    ok: governed === 0 && ungoverned > 0,
    evidence: [`its query log: ${governed} from the agent, ${ungoverned} from the ungoverned host`],
  };
}
