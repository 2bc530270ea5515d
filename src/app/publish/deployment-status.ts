import { harmlessText } from '../../policy/index.ts';
import type { DeploymentState } from '../forge/index.ts';
import type { Standing } from '../gateways/index.ts';
import type { Publication } from '../state/index.ts';

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
}

/**
 * What GitHub is to show of a publication.
 * @param current the publication whose rules the group's gateways should enforce now
 */
export function deploymentStatus(
  { bundle, failure, id }: Publication,
  current: Publication | undefined,
  standing: Standing | undefined,
): DeploymentStatus {
  if (!bundle) return { state: 'error', description: `Nothing was published: ${failure}` };
  if (current && current.id !== id) {
    const description = `Superseded by bundle ${current.bundle?.seq} (${current.commit.slice(0, 7)})`;
    return { state: 'inactive', description };
  }
  const name = `Bundle ${bundle.seq}`;
  if (!standing || standing.gateways === 0) {
    return { state: 'success', description: `${name} is published; no gateway reports here` };
  }
  const { gateways, enforcing, failing } = standing;
  const progress = `${enforcing} of ${gateways} gateways enforce it`;
  if (failing.length > 0) {
    const names = failing.map(({ gateway }) => gateway).join(', ');
    const why = harmlessText(failing[0]?.error ?? '');
    return { state: 'failure', description: `${name}: ${progress}; errors on ${names}: ${why}` };
  }
  const state = enforcing === gateways ? 'success' : 'in_progress';
  return { state, description: `${name}: ${progress}` };
}
