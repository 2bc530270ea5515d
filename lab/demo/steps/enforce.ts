import {
  byAddress,
  byDefault,
  byGuardrail,
  byName,
  byOwnDeny,
  lateralMove,
  type Scenario,
} from '../../scenarios/index.ts';
import { authorityCertificate } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import type { Stage, Step } from '../step.ts';

const showing = (name: string, title: string, scenario: (stage: Stage) => Scenario): Step => ({
  name,
  title,
  run: async (stage) => ({ checks: await checkScenario(stage, scenario(stage)) }),
});

const authorityOf = ({ instance }: Stage) => authorityCertificate(instance.runDirectory);

/** What real clients on the agents can and cannot do. */
export const enforcement: readonly Step[] = [
  showing('allowed-by-name', 'What a policy allows by host name works', (stage) =>
    byName(authorityOf(stage)),
  ),
  showing('allowed-by-address', 'What a policy allows by network range works', () => byAddress),
  showing('denied-by-default', 'What no clause allows does not', (stage) =>
    byDefault(authorityOf(stage)),
  ),
  showing('denied-by-policy', 'A deny cuts into what an allow opens', () => byOwnDeny),
  showing(
    'denied-by-guardrail',
    'A guardrail stands above what an agent’s policy allows',
    () => byGuardrail,
  ),
  showing('lateral-move', 'A lateral move from agent to agent is stopped', () => lateralMove),
];
