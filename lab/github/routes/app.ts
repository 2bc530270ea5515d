import { appRoute, HttpError, invalid, notFound, type Route, type Tokens } from '../http/index.ts';
import { appPayload, installationPayload, repositoryPayload } from '../payloads/index.ts';
import type { Installation, Permissions, World } from '../state/index.ts';
import { timestamp } from '../state/index.ts';

interface NewToken {
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
  readonly permissions?: Permissions;
}

function installationWith(world: World, id: string | undefined): Installation {
  const found = [...world.installations.values()].find((one) => String(one.id) === id);
  if (!found) throw notFound();
  return found;
}

/** The permissions that are asked for, if the app has them. */
function narrowed(world: World, asked: Permissions | undefined): Permissions {
  if (!asked) return world.app.permissions;
  for (const [name, access] of Object.entries(asked)) {
    const granted = world.app.permissions[name];
    if (!granted || (access === 'write' && granted === 'read'))
      throw invalid([], 'The permissions requested are not granted to this installation.');
  }
  return { metadata: 'read', ...asked };
}

function chosen(world: World, installation: Installation, asked: NewToken) {
  if (!asked.repositories && !asked.repository_ids) return undefined;
  const reachable = world.repositoriesOf(installation);
  const byName = (asked.repositories ?? []).map((name) =>
    reachable.find((one) => one.name.toLowerCase() === name.toLowerCase()),
  );
  const byId = (asked.repository_ids ?? []).map((id) => reachable.find((one) => one.id === id));
  const found = [...byName, ...byId].filter((one) => one !== undefined);
  if (found.length < byName.length + byId.length)
    throw invalid(
      [],
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return found;
}

export const appRoutes = (tokens: Tokens): readonly Route[] => [
  appRoute('GET /app', (_, { world, links }) => ({ body: appPayload(links, world) })),

  appRoute('GET /app/installations', (_, { world, links }) => ({
    list: [...world.installations.values()].map((one) => installationPayload(links, world, one)),
  })),

  appRoute('GET /app/installations/{installation_id}', ({ params }, { world, links }) => ({
    body: installationPayload(links, world, installationWith(world, params.installation_id)),
  })),

  appRoute('GET /repos/{owner}/{repo}/installation', ({ params }, { world, links }) => {
    const repository = world.repository(params.owner ?? '', params.repo ?? '');
    const installation = repository && world.installationOf(repository);
    if (!installation) throw notFound();
    return { body: installationPayload(links, world, installation) };
  }),

  appRoute<NewToken | undefined>(
    'POST /app/installations/{installation_id}/access_tokens',
    ({ params, body = {} }, { world, links }) => {
      const installation = installationWith(world, params.installation_id);
      const repositories = chosen(world, installation, body);
      const permissions = narrowed(world, body.permissions);
      const ids = repositories && new Set(repositories.map(({ id }) => id));
      const { token, expires } = tokens.give(installation, permissions, ids);
      return {
        status: 201,
        body: {
          token,
          expires_at: timestamp(expires),
          permissions,
          repository_selection: 'selected',
          ...(repositories
            ? { repositories: repositories.map((one) => repositoryPayload(links, one)) }
            : {}),
        },
      };
    },
  ),

  {
    operation: 'GET /rate_limit',
    admit: () => {},
    answer: ({ caller }, { limits }) => {
      const rate = limits.allowance(caller);
      return { body: { resources: { core: rate, search: rate }, rate } };
    },
  },

  {
    operation: 'GET /installation/repositories',
    admit: ({ caller }) => {
      if (caller.kind !== 'installation') throw new HttpError(401, 'Requires authentication');
    },
    answer: ({ caller }, { world, links }) => {
      if (caller.kind !== 'installation') throw notFound();
      const reachable = world
        .repositoriesOf(caller.installation)
        .filter(({ id }) => caller.repositories?.has(id) ?? true);
      return {
        list: reachable.map((one) => repositoryPayload(links, one)),
        listName: 'repositories',
      };
    },
  },
];
