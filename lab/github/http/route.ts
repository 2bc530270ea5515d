import type { Links } from '../payloads/index.ts';
import type { Operation } from '../schemas/index.ts';
import type { Installation, Permissions, Repository, World } from '../state/index.ts';
import type { Deliverer, Events } from '../webhooks/index.ts';
import { HttpError, notFound } from './http-error.ts';
import type { Limits } from './limits.ts';

/** Who asks: nobody, the app itself by its JSON web token, or an installation by a token it was given. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'app' }
  | {
      readonly kind: 'installation';
      readonly installation: Installation;
      readonly permissions: Permissions;
      /** Ids of the repositories that the token reaches; undefined: all of the installation. */
      readonly repositories: ReadonlySet<number> | undefined;
    };

export interface Request<Body = unknown> {
  readonly caller: Caller;
  /** What stands for the braces of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** A whole list, of which one page is answered. */
  readonly list?: readonly unknown[];
  /** Under which name the page stands beside `total_count`; without it, the page is the answer. */
  readonly listName?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What routes work on. */
export interface Site {
  readonly world: World;
  readonly links: Links;
  readonly events: Events;
  readonly deliverer: Deliverer;
  readonly limits: Limits;
}

export interface Route {
  readonly operation: Operation;
  /** @throws {HttpError} when the caller may not. */
  readonly admit: (request: Request, site: Site) => void;
  /** The body has been checked against GitHub's description of the operation. */
  readonly answer: (request: Request, site: Site) => Answer | Promise<Answer>;
}

export const notAccessible = () => new HttpError(403, 'Resource not accessible by integration');

/** An operation of the app itself. */
export function appRoute<Body>(
  operation: Operation,
  answer: (request: Request<Body>, site: Site) => Answer | Promise<Answer>,
): Route {
  return {
    operation,
    admit: ({ caller }) => {
      if (caller.kind !== 'app') throw new HttpError(401, 'A JSON web token could not be decoded');
    },
    answer: (request, site) => answer(request as Request<Body>, site),
  };
}

/** One permission, or several of which any will do, and what it must let do. */
type Need = readonly [permission: string | readonly string[], access: 'read' | 'write'];

/** The repository of the path, for a caller who may do what the route needs there. */
function reach(
  { caller, params }: Request,
  { world }: Site,
  [permission, access]: Need,
): Repository {
  const repository = world.repository(params.owner ?? '', params.repo ?? '');
  if (!repository) throw notFound();
  const inReach =
    caller.kind === 'installation' &&
    world.installationOf(repository) === caller.installation &&
    (caller.repositories?.has(repository.id) ?? true);
  // What is public can be read by all who have a token, whatever it was given for.
  if (!inReach && repository.private) throw notFound();
  if (!inReach && access === 'read') return repository;
  const permissions = caller.kind === 'installation' ? caller.permissions : {};
  const granted = [permission].flat().map((name) => permissions[name]);
  const enough = granted.some((one) => one === 'write' || (one === 'read' && access === 'read'));
  if (!inReach || !enough) throw notAccessible();
  return repository;
}

/** An operation of an installation on a repository. */
export function repositoryRoute<Body>(
  operation: Operation,
  need: Need,
  answer: (
    request: Request<Body> & { readonly repository: Repository },
    site: Site,
  ) => Answer | Promise<Answer>,
): Route {
  return {
    operation,
    admit: (request, site) => {
      if (request.caller.kind === 'nobody') throw new HttpError(401, 'Requires authentication');
      if (request.caller.kind === 'app') throw notAccessible();
      reach(request, site, need);
    },
    answer: (request, site) => {
      const repository = reach(request, site, need);
      return answer({ ...(request as Request<Body>), repository }, site);
    },
  };
}
