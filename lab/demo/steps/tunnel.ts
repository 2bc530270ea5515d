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
    const { governed, ungoverned } = tunnelMarks;
    const before = await Promise.all(servers.map(([log]) => logged(stage, log, governed)));
    const attempts = await checkScenario(stage, dnsTunnel);
    // Asked last: once its question is in a log, any earlier one would be there too.
    const control = await checkScenario(stage, dnsTunnelUngoverned);
    const witnesses = servers.map(async ([log, name], index): Promise<Check> => {
      const fromAgent = (await logged(stage, log, governed)) - (before[index] ?? 0);
      const fromOther = await logged(stage, log, ungoverned);
      return {
        says: `${name} never saw a question of the agent`,
        ok: fromAgent === 0 && fromOther > 0,
        evidence: [`its query log: ${fromAgent} from the agent, ${fromOther} from the other host`],
      };
    });
    return { checks: [...attempts, ...control, ...(await Promise.all(witnesses))] };
  },
};

const servers = [
  ['resolver-dns', 'the permitted resolver'],
  ['attacker-dns', 'the attacker’s name server'],
] as const;

const logged = ({ instance }: Stage, server: string, mark: string) =>
  questionsLogged(logOf(instance, server), `.${mark}.`);
