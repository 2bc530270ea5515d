import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProbotOctokit } from 'probot';
import { onTestFinished } from 'vitest';
import { type LocalGitHubOptions, startLocalGitHub } from '../../../lab/github/index.ts';

const pem = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** The app's key, and one that is not. */
export const keys = pem();
export const otherKeys = pem();
export const appId = 4711;
const webhookSecret = 'it is a secret';

export interface Received {
  readonly event: string;
  readonly guid: string;
  readonly authentic: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as varied as GitHub's events
  readonly payload: any;
}

type SiteOptions = Partial<Omit<LocalGitHubOptions, 'dir' | 'app'>> &
  Partial<Pick<LocalGitHubOptions['app'], 'permissions' | 'events'>> & {
    /** What the app's webhook answers; 200 unless told. */
    readonly answer?: () => number;
  };

/** A local GitHub and an app's webhook that takes down what it gets; both end with the test. */
export async function startSite(options: SiteOptions = {}) {
  const received: Received[] = [];
  const { permissions, events, answer = () => 200, ...rest } = options;
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      authentic: request.headers['x-hub-signature-256'] === `sha256=${signature}`,
      payload: JSON.parse(body.toString()),
    });
    response.writeHead(answer()).end('taken');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks`;
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-github-'));
  const github = await startLocalGitHub({
    dir,
    app: {
      id: appId,
      slug: 'sallyport',
      publicKeyPem: keys.publicKey,
      webhookUrl,
      webhookSecret,
      ...(permissions ? { permissions } : {}),
      ...(events ? { events } : {}),
    },
    ...rest,
  });
  onTestFinished(async () => {
    await github.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await rm(dir, { recursive: true, force: true });
  });
  const repository = await github.createRepository('acme', 'policies', {
    'README.md': 'Policies of acme\n',
    'agents/builder.yaml': 'name: builder\n',
  });
  return { github, repository, received, octokit: (auth: object) => client(github.apiUrl, auth) };
}

type Site = Awaited<ReturnType<typeof startSite>>;

function client(baseUrl: string, auth: object) {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  return new ProbotOctokit({
    baseUrl,
    auth,
    throttle: { enabled: false },
    retry: { enabled: false },
    // biome-ignore lint/suspicious/noExplicitAny: Octokit needs these four of a logger only
    log: silent as any,
  });
}

/** The app itself, by its JSON web token. */
export const asApp = ({ octokit }: Site, privateKey = keys.privateKey) =>
  octokit({ appId, privateKey });

/** The app as installed on an account. */
export async function asInstallation(site: Site, more: object = {}) {
  const { data } = await asApp(site).rest.apps.getRepoInstallation(acme);
  return site.octokit({
    appId,
    privateKey: keys.privateKey,
    installationId: data.id,
    ...more,
  });
}

/** The repository that every site begins with. */
export const acme = { owner: 'acme', repo: 'policies' } as const;

/** What a refused request was told: the status and GitHub's words. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: { data: { message: string; errors?: unknown } };
    };
    const { message, errors } = response?.data ?? { message: String(error) };
    return `${status} ${message}${errors ? ` ${JSON.stringify(errors)}` : ''}`;
  }
  return 'accepted';
}
