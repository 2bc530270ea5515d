import type { ForgeWriter } from '../forge/index.ts';
import type { Standing } from '../gateways/index.ts';
import type { Publication, State } from '../state/index.ts';
import { deploymentStatus } from './deployment-status.ts';

/**
 * Brings GitHub's deployments of a group up to date: one for each publication, its status by what the gateways report.
 * Whatever was told before and is still so is not told again.
 * @throws What GitHub refused first; all others are told all the same.
 */
export async function tellDeployments(
  { publications }: State,
  group: string,
  writerOf: (repository: string) => Promise<ForgeWriter>,
  standingOf: (publication: Publication) => Standing | undefined,
): Promise<void> {
  const failures: unknown[] = [];
  for (const publication of publications.untold(group)) {
    const current = publications.current(group);
    const { state, description } = deploymentStatus(publication, current, standingOf(publication));
    const telling = `${state} ${description}`;
    if (publication.told === telling) continue;
    try {
      const writer = await writerOf(publication.repository);
      const deployment = publication.deployment ?? (await create(publication, writer));
      publications.setDeployment(publication.id, deployment);
      await writer.setDeploymentState(deployment, state, description);
      publications.setTold(publication.id, telling, state === 'inactive' || state === 'error');
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function create({ commit, group, bundle }: Publication, writer: ForgeWriter): Promise<number> {
  const what = bundle ? `Rules ${bundle.digest.slice(0, 12)}, bundle ${bundle.seq}` : 'No bundle';
  return writer.createDeployment(commit, group, what);
}
