import { waitFor } from '../../net/index.ts';
import type { Step } from '../step.ts';
import { controlOf } from './control-of.ts';

/** GitHub shows where a merge is in force. */
export const showDeployment: Step = {
  name: 'deployment',
  title: 'GitHub shows the deployment as the gateway has reported it',
  async run(stage) {
    const { github } = controlOf(stage);
    const look = async () => {
      const found = (await github.deployments()).find(({ sha }) => sha === stage.commit);
      return found?.statuses.at(-1)?.state === 'success' && found;
    };
    const deployment = await waitFor(`success of the deployment of ${stage.commit}`, look, {
      deadline: 10_000,
      signal: stage.signal,
    });
    const { environment, sha, description, statuses } = deployment;
    const evidence = [
      `deployment of ${sha.slice(0, 7)} to ${environment}: ${description}`,
      ...statuses.map((status) => `${status.state}: ${status.description}`),
    ];
    return { checks: [{ says: 'it is a success: every gateway enforces it', ok: true, evidence }] };
  },
};
