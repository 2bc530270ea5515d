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
  readonly auto_merge?: boolean;
  readonly required_contexts?: readonly string[];
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
const passed = new Set(['success', 'neutral', 'skipped']);
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

/** Unless told which, all checks of the commit must have passed before it is deployed. */
function checkContexts({ checkRuns }: Repository, sha: string, required?: readonly string[]): void {
  const newest = new Map(
    [...checkRuns.values()].filter(({ headSha }) => headSha === sha).map((run) => [run.name, run]),
  );
  const failing = [...(required ?? newest.keys())].filter(
    (name) => !passed.has(newest.get(name)?.conclusion ?? ''),
  );
  if (failing.length > 0)
    throw new HttpError(409, `Conflict: Commit status checks failed for ${sha}.`, {
      errors: [
        { contexts: failing, resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
      ],
    });
}

/** Brings a branch up to date with the default branch first, as GitHub does for whoever does not forbid it. */
async function mergedDefaultInto(
  { git, defaultBranch }: Repository,
  ref: string,
): Promise<boolean> {
  const branch = await git.resolve(`heads/${ref}`);
  const main = await git.resolve(`heads/${defaultBranch}`);
  if (!branch || !main || (await git.mergeBase(branch, main)) === main) return false;
  const tree = await git.mergedTree(branch, main);
  if (!tree) throw new HttpError(409, `Conflict merging ${defaultBranch} into ${ref}.`);
  const message = `Merge ${defaultBranch} into ${ref}`;
  const author = { name: 'GitHub', email: 'noreply@github.com' };
  const commit = await git.commitTree(tree, [branch, main], message, author);
  await git.setReference(`refs/heads/${ref}`, commit);
  return true;
}

/** A success ends what was deployed there before, unless that is production or meant to vanish by itself. */
function endEarlier(
  { deployments }: Repository,
  current: Deployment,
  inactive: () => Deployment['statuses'][number],
): void {
  for (const other of deployments.values()) {
    const over =
      other !== current &&
      other.environment === current.environment &&
      !other.transientEnvironment &&
      !other.productionEnvironment &&
      other.statuses.at(-1)?.state === 'success';
    if (over) other.statuses.push(inactive());
  }
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
      if (body.auto_merge !== false && (await mergedDefaultInto(repository, body.ref)))
        return {
          status: 202,
          body: {
            message: `Auto-merged ${repository.defaultBranch} into ${body.ref} on deployment.`,
          },
        };
      checkContexts(repository, sha, body.required_contexts);
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
      if (status.state === 'success' && body.auto_inactive !== false)
        endEarlier(repository, deployment, () => ({
          ...status,
          id: world.nextId(),
          state: 'inactive',
        }));
      return {
        status: 201,
        body: deploymentStatusPayload(links, world, repository, deployment, status),
      };
    },
  ),
];
