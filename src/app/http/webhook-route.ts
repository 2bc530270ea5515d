import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './answer.ts';
import { readBody } from './read-body.ts';
import type { Route } from './route.ts';

/** Probot's: verifies the signature, then hands the delivery on. */
export type WebhookMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
) => unknown | Promise<unknown>;

/** Deliveries whose bodies are held at the same time. */
const MOST_AT_ONCE = 16;

/** Where GitHub sends its webhooks. Bodies are capped before anything looks at them. */
export function webhookRoute(
  path: string,
  { webhookBytes }: { readonly webhookBytes: number },
  middleware: WebhookMiddleware,
): Route {
  let atWork = 0;
  return {
    methods: ['POST'],
    pattern: new RegExp(`^${path.replaceAll('.', '\\.')}$`),
    async answer({ request, response }) {
      if (atWork >= MOST_AT_ONCE) return refuse(response, 503, 'too many deliveries at once');
      atWork += 1;
      try {
        const body = await readBody(request, webhookBytes);
        if (!body) return refuse(response, 413, `more than ${webhookBytes} bytes`);
        // Where Octokit's middleware looks for a body that was read already.
        await middleware(Object.assign(request, { body: {}, rawBody: body }), response);
      } finally {
        atWork -= 1;
      }
    },
  };
}
