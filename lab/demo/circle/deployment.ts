import { successfulDeployment } from '../../control/index.ts';
import type { Step } from '../step.ts';
import { controlOf } from './control-of.ts';

/** GitHub shows where a merge is in force. */
export const showDeployment: Step = {
  name: 'deployment',
  title: 'GitHub shows the deployment as the gateway has reported it',
  async run(stage) {
    const { github } = controlOf(stage);
    const commit = stage.commit ?? 'nothing';
    const deployment = await successfulDeployment(github, commit, stage.signal);
    const { environment, sha, description, statuses } = deployment;
    const evidence = [
      `deployment of ${sha.slice(0, 7)} to ${environment}: ${description}`,
      `${statuses.map(({ state }) => state).join(' → ')}: ${statuses.at(-1)?.description}`,
    ];
    return { checks: [{ says: 'it is a success: every gateway enforces it', ok: true, evidence }] };
  },
};
