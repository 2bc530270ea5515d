import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkAnswer, checkBody, checkQuery } from '../schemas/index.ts';
import { HttpError, invalid, notFound } from './http-error.ts';
import { pageOf } from './page.ts';
import { pathPattern } from './path-pattern.ts';
import { readBody } from './read-body.ts';
import type { Answer, Caller, Route, Site } from './route.ts';
import type { Tokens } from './tokens.ts';

const BASE = '/api/v3';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

interface Asked {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
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
      const answer = await serve(route, request, { caller, params, url }).catch(refusal);
      return { ...answer, headers: { ...site.limits.headers(caller), ...answer.headers } };
    }
    throw notFound();
  }

  async function serve(route: Route, message: IncomingMessage, asked: Asked): Promise<Reply> {
    const { caller, params, url } = asked;
    const { operation } = route;
    site.limits.spend(caller, message.method ?? '');
    const request = { caller, params, query: url.searchParams, body: undefined };
    route.admit(request, site);
    const body = await readBody(message);
    const problems = [...checkQuery(operation, url.searchParams), ...checkBody(operation, body)];
    if (problems.length > 0) throw invalid(problems, 'Invalid request.');
    const answer = paged(await route.answer({ ...request, body }, site), url);
    const faults = checkAnswer(operation, answer.status, answer.body);
    if (faults.length > 0)
      throw new Error(
        `${operation} answers ${answer.status} not as described: ${faults.join('; ')}`,
      );
    return answer;
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
