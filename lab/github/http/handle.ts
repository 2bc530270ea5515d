import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkAnswer, checkBody, checkQuery } from '../schemas/index.ts';
import { HttpError, invalid, notFound } from './http-error.ts';
import { pageOf } from './page.ts';
import { pathPattern } from './path-pattern.ts';
import { readBody } from './read-body.ts';
import type { Answer, Route, Site } from './route.ts';
import type { Tokens } from './tokens.ts';

const BASE = '/api/v3';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Answers requests by the first of the routes whose path fits. Bodies and answers are held to GitHub's description;
 * an answer of ours that is not as described is a fault of the local GitHub, and told as 500.
 */
export function createHandler(routes: readonly Route[], tokens: Tokens, site: Site): Handler {
  const table = routes.map((route) => {
    const [method = '', template = ''] = route.operation.split(' ');
    return { route, method, match: pathPattern(template) };
  });

  async function reply(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', site.links.origin);
    if (!url.pathname.startsWith(`${BASE}/`)) throw notFound();
    const path = url.pathname.slice(BASE.length);
    for (const { route, method, match } of table) {
      const params = method === request.method ? match(path) : undefined;
      if (!params) continue;
      const caller = tokens.caller(request.headers.authorization);
      site.limits.spend(caller, method);
      const incoming = {
        caller,
        params,
        query: url.searchParams,
        accept: request.headers.accept ?? '',
        body: undefined,
      };
      route.admit(incoming, site);
      const body = await readBody(request);
      const problems = [
        ...checkQuery(route.operation, url.searchParams),
        ...checkBody(route.operation, body),
      ];
      if (problems.length > 0) throw invalid(problems, 'Invalid request.');
      const {
        status,
        body: content,
        headers,
      } = paged(await route.answer({ ...incoming, body }, site), url);
      const faults = checkAnswer(route.operation, status, content);
      if (faults.length > 0)
        throw new Error(
          `${route.operation} answers ${status} not as described: ${faults.join('; ')}`,
        );
      return { status, body: content, headers: { ...site.limits.headers(caller), ...headers } };
    }
    throw notFound();
  }

  return async (request, response) => {
    const answer = await reply(request).catch(refusal);
    send(request, response, answer);
  };
}

function paged({ status = 200, body, list, listName, headers = {} }: Answer, url: URL): Reply {
  if (!list) return { status, body, headers };
  const { items, link } = pageOf(list, url);
  return {
    status,
    body: listName ? { total_count: list.length, [listName]: items } : items,
    headers: link ? { link } : {},
  };
}

function refusal(error: unknown): Reply {
  if (!(error instanceof HttpError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 500, body: { message: `The local GitHub failed: ${message}` }, headers: {} };
  }
  const { status, message, errors, headers } = error;
  const documentation_url = 'https://docs.github.com/rest';
  const body = {
    message,
    ...(errors ? { errors } : {}),
    documentation_url,
    status: String(status),
  };
  return { status, body, headers };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const content = reply.body === undefined ? '' : JSON.stringify(reply.body);
  const etag = `W/"${createHash('sha256').update(content).digest('hex')}"`;
  const headers = {
    ...reply.headers,
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
  };
  if (request.method === 'GET' && reply.status === 200) {
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { ...headers, etag }).end();
      return;
    }
    response.setHeader('etag', etag);
  }
  if (content) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.writeHead(reply.status, headers).end(content);
}
