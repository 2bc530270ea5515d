import {
  invalid,
  notAccessible,
  notFound,
  type Request,
  type Route,
  repositoryRoute,
  type Site,
} from '../http/index.ts';
import { commentPayload } from '../payloads/index.ts';
import type { IssueComment, Repository } from '../state/index.ts';
import { timestamp } from '../state/index.ts';

const MOST_CHARACTERS = 65_536;
// All issues here are pull requests, where either permission will do.
const write = [['issues', 'pull_requests'], 'write'] as const;
const read = [['issues', 'pull_requests'], 'read'] as const;

interface Body {
  readonly body: string;
}

/** @throws {HttpError} 422 in GitHub's words */
function checkText(text: string): void {
  const refuse = (message: string) =>
    invalid([{ resource: 'IssueComment', field: 'data', code: 'unprocessable', message }]);
  if (text.trim() === '') throw refuse("Body can't be blank");
  if ([...text].length > MOST_CHARACTERS)
    throw refuse(`Body is too long (maximum is ${MOST_CHARACTERS} characters)`);
}

type Here = Request & { readonly repository: Repository };

function commentOf({ params, repository }: Here): IssueComment {
  const comment = repository.comments.get(Number(params.comment_id));
  if (!comment) throw notFound();
  return comment;
}

/** An app may change what it wrote itself; others' words it may only with rights that no app has here. */
function ownComment(request: Here, { world }: Site): IssueComment {
  const comment = commentOf(request);
  if (comment.author !== world.app.bot) throw notAccessible();
  return comment;
}

export const issueCommentRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    read,
    ({ repository, params, query }, { links, world }) => {
      const issue = Number(params.issue_number);
      if (!repository.pulls.has(issue)) throw notFound();
      const since = query.get('since');
      const found = [...repository.comments.values()].filter(
        (comment) => comment.issue === issue && (since === null || comment.updatedAt >= since),
      );
      return { list: found.map((comment) => commentPayload(links, world, repository, comment)) };
    },
  ),

  repositoryRoute<Body>(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    write,
    ({ repository, params, body }, { world, links, events }) => {
      const issue = Number(params.issue_number);
      if (!repository.pulls.has(issue)) throw notFound();
      checkText(body.body);
      const now = timestamp();
      const comment = {
        id: world.nextId(),
        issue,
        author: world.app.bot,
        viaApp: true,
        createdAt: now,
        updatedAt: now,
        body: body.body,
      };
      repository.comments.set(comment.id, comment);
      events.comment('created', repository, comment, world.app.bot);
      return { status: 201, body: commentPayload(links, world, repository, comment) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
    read,
    (request, site) => ({
      body: commentPayload(site.links, site.world, request.repository, commentOf(request)),
    }),
  ),

  repositoryRoute<Body>(
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    write,
    (request, site) => {
      const comment = ownComment(request, site);
      checkText(request.body.body);
      const before = comment.body;
      comment.body = request.body.body;
      comment.updatedAt = timestamp();
      site.events.comment('edited', request.repository, comment, site.world.app.bot, before);
      return { body: commentPayload(site.links, site.world, request.repository, comment) };
    },
  ),

  repositoryRoute(
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    write,
    (request, site) => {
      const comment = ownComment(request, site);
      request.repository.comments.delete(comment.id);
      site.events.comment('deleted', request.repository, comment, site.world.app.bot);
      return { status: 204 };
    },
  ),
];
