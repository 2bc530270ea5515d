import type { Logger } from 'pino';
import { createNodeMiddleware, Probot } from 'probot';
import type { GitHubConfiguration } from '../configuration/index.ts';
import { octokitFor, requestOptions } from '../github/index.ts';
import type { Delivery } from './wanted-by.ts';

/**
 * The Probot app as middleware for Node's HTTP server. It verifies signatures and hands each delivery on; it does
 * nothing else, so that GitHub gets its answer at once.
 */
export async function webhookMiddleware(
  { appId, privateKey, apiUrl, webhookSecret, webhookPath, ...rest }: GitHubConfiguration,
  log: Logger,
  receive: (delivery: Delivery) => void,
) {
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: apiUrl,
    Octokit: octokitFor(rest),
    request: requestOptions,
    log,
  });
  return createNodeMiddleware(
    (app) => {
      app.onAny(({ id, name, payload }) => receive({ id, event: name, payload }));
    },
    { probot, webhooksPath: webhookPath },
  );
}
