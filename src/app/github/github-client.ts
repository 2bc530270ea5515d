import type { Logger } from 'pino';
import { ProbotOctokit } from 'probot';
import type { GitHubConfiguration } from '../configuration/index.ts';

export type GitHubClient = ProbotOctokit;

/** A request that GitHub has not answered by then fails, and is tried again like any other failure. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Probot's Octokit as configured: throttled, unless this is turned off for a GitHub of one's own. */
export function octokitFor({
  throttle,
}: Pick<GitHubConfiguration, 'throttle'>): typeof ProbotOctokit {
  if (throttle) return ProbotOctokit;
  // The function form: with an object, Probot's own throttling options would win.
  return ProbotOctokit.defaults((options: object) => ({
    ...options,
    throttle: { enabled: false },
  }));
}

/** Options of every request. */
export const requestOptions = { fetch: fetchWithTimeout };

function fetchWithTimeout(url: string, options: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  return fetch(url, { ...options, signal });
}

/**
 * A client that acts as an installation of the App.
 * @param queue Clients of different queues do not wait for each other's writes.
 */
export function installationClient(
  configuration: GitHubConfiguration,
  { installation, queue, log }: { installation: number; queue: string; log: Logger },
): GitHubClient {
  const { appId, privateKey, apiUrl } = configuration;
  const Octokit = octokitFor(configuration);
  return new Octokit({
    auth: { appId, privateKey, installationId: installation },
    baseUrl: apiUrl,
    log: log.child({ name: 'github' }),
    request: requestOptions,
    ...(configuration.throttle ? { throttle: { id: `${installation}-${queue}` } } : {}),
  });
}

/** A client that acts as the App itself. */
export function appClient(configuration: GitHubConfiguration, log: Logger): GitHubClient {
  const { appId, privateKey, apiUrl } = configuration;
  const Octokit = octokitFor(configuration);
  return new Octokit({
    auth: { appId, privateKey },
    baseUrl: apiUrl,
    log: log.child({ name: 'github' }),
    request: requestOptions,
  });
}
