import type { Deployment, DeploymentStatus, Repository, World } from '../state/index.ts';
import { accountPayload } from './account.ts';
import { appPayload } from './app.ts';
import { type Links, nodeId } from './links.ts';
import { repositoryPath } from './repository.ts';

export function deploymentPayload(
  links: Links,
  world: World,
  repository: Repository,
  deployment: Deployment,
) {
  const path = repositoryPath(repository);
  const url = links.api(`${path}/deployments/${deployment.id}`);
  return {
    url,
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: accountPayload(links, world.app.bot),
    created_at: deployment.createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: links.api(path),
    transient_environment: deployment.transientEnvironment,
    production_environment: deployment.productionEnvironment,
    performed_via_github_app: appPayload(links, world),
  };
}

export function deploymentStatusPayload(
  links: Links,
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
) {
  const path = repositoryPath(repository);
  const url = links.api(`${path}/deployments/${deployment.id}`);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: accountPayload(links, world.app.bot),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: links.api(path),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: appPayload(links, world),
  };
}
