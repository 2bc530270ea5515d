import {
  HttpError,
  invalid,
  notFound,
  type Request,
  type Route,
  repositoryRoute,
} from '../http/index.ts';
import { deploymentPayload, deploymentStatusPayload } from '../payloads/index.ts';
import type { Deployment, Repository } from '../state/index.ts';
import { timestamp } from '../state/index.ts';

interface NewDeployment {
  readonly ref: string;
  readonly task?: string;
  readonly environment?: string;
  readonly description?: string | null;
  readonly payload?: Readonly<Record<string, unknown>> | string;
  readonly transient_environment?: boolean;
  readonly production_environment?: boolean;
}

interface NewStatus {
  readonly state: string;
  readonly description?: string;
  readonly environment?: string;
  readonly environment_url?: string;
  readonly log_url?: string;
  readonly target_url?: string;
  readonly auto_inactive?: boolean;
}

const MOST_DESCRIPTION = 140;
const MOST_ENVIRONMENT = 255;
const read = ['deployments', 'read'] as const;
const write = ['deployments', 'write'] as const;

function deploymentOf({ params, repository }: Request & { repository: Repository }): Deployment {
  const deployment = repository.deployments.get(Number(params.deployment_id));
  if (!deployment) throw notFound();
  return deployment;
}

function checkLength(field: string, text: string, most: number): void {
  if ([...text].length > most)
    throw invalid([
      {
        resource: 'Deployment',
        field,
        code: 'custom',
        message: `${field} is too long (maximum is ${most} characters)`,
      },
    ]);
}

export const deploymentRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}/deployments',
    read,
    ({ repository, query }, { world, links }) => {
      const asked = (name: string, value: string) =>
        !query.get(name) || query.get(name) === 'none' || query.get(name) === value;
      const found = [...repository.deployments.values()]
        .filter(
          (one) =>
            asked('sha', one.sha) &&
            asked('ref', one.ref) &&
            asked('task', one.task) &&
            asked('environment', one.environment),
        )
        .toReversed();
      return { list: found.map((one) => deploymentPayload(links, world, repository, one)) };
    },
  ),

  repositoryRoute<NewDeployment>(
    'POST /repos/{owner}/{repo}/deployments',
    write,
    async ({ repository, body }, { world, links }) => {
      const sha = await repository.git.resolve(body.ref);
      if (!sha) throw new HttpError(422, `No ref found for: ${body.ref}`);
      const environment = body.environment ?? 'production';
      checkLength('environment', environment, MOST_ENVIRONMENT);
      checkLength('description', body.description ?? '', MOST_DESCRIPTION);
      const deployment: Deployment = {
        id: world.nextId(),
        sha,
        ref: body.ref,
        task: body.task ?? 'deploy',
        environment,
        description: body.description ?? null,
        payload: body.payload ?? {},
        transientEnvironment: body.transient_environment ?? false,
        productionEnvironment: body.production_environment ?? environment === 'production',
        createdAt: timestamp(),
        statuses: [],
      };
      repository.deployments.set(deployment.id, deployment);
      return { status: 201, body: deploymentPayload(links, world, repository, deployment) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
    read,
    (request, site) => ({
      body: deploymentPayload(site.links, site.world, request.repository, deploymentOf(request)),
    }),
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    read,
    (request, { world, links }) => {
      const deployment = deploymentOf(request);
      return {
        list: deployment.statuses
          .toReversed()
          .map((status) =>
            deploymentStatusPayload(links, world, request.repository, deployment, status),
          ),
      };
    },
  ),

  repositoryRoute<NewStatus>(
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    write,
    (request, { world, links }) => {
      const { repository, body } = request;
      const deployment = deploymentOf(request);
      checkLength('description', body.description ?? '', MOST_DESCRIPTION);
      const status = {
        id: world.nextId(),
        state: body.state,
        description: body.description ?? '',
        environment: body.environment ?? deployment.environment,
        environmentUrl: body.environment_url ?? '',
        logUrl: body.log_url ?? body.target_url ?? '',
        createdAt: timestamp(),
      };
      deployment.statuses.push(status);
      return {
        status: 201,
        body: deploymentStatusPayload(links, world, repository, deployment, status),
      };
    },
  ),
];
