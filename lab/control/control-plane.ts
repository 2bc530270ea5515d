import { initRepository } from '../../src/bundle/index.ts';
import type { Files } from '../github/index.ts';
import {
  type BundleRules,
  gatewayProgram,
  kill,
  recordService,
  type ServiceState,
  startService,
} from '../instance/index.ts';
import { command, hostNamed, type Instance } from '../net/index.ts';
import { makeAppKeys } from './app-keys.ts';
import { type RemoteGitHub, startRemoteGitHub } from './remote-github.ts';
import { bundlesPort, serverService, webhookUrl, writeConfiguration } from './server.ts';

/** The repository that holds the policies, and the gateways that enforce them. */
export const policyRepository = { owner: 'acme', name: 'agent-policies' } as const;
const group = 'production';
const gitHubPort = 8000;
const appId = 4711;

/** What the control host runs: `sallyport serve`, and the GitHub that it works with. */
export interface ControlPlane {
  readonly github: RemoteGitHub;
  /** For the gateway. */
  readonly bundles: BundleRules;
  /** Folder of the TUF repository that the server serves. */
  readonly tree: string;
  /** Folder of what the server remembers. */
  readonly serverState: string;
  /** Kills the server with SIGKILL; gives its process id. */
  killServer(): Promise<number>;
  /** Starts it, when it is not there; returns when it takes connections. */
  startServer(): Promise<void>;
}

/**
 * Makes all keys, starts a GitHub with a policy repository on it and the server, on the control host of a lab.
 * @param files What the repository holds at first.
 */
export async function startControlPlane(
  instance: Instance,
  files: Files,
  signal?: AbortSignal,
): Promise<ControlPlane> {
  const at = (path: string) => `${instance.runDirectory}/${path}`;
  const tree = at('tuf');
  const keys = at('keys');
  const serverState = at('server');
  const bundles = {
    url: `http://${hostNamed('control').ipv4.host}:${bundlesPort}/`,
    root: at('root.json'),
    group,
    state: at('gateway'),
    recording: at('recording'),
  };
  const [repository, appKeys, gatewayKey] = await Promise.all([
    initRepository({ keys, repository: tree }),
    makeAppKeys(instance.runDirectory),
    publicKeyOfGateway(bundles.state),
  ]);
  await command('cp', [repository.root, bundles.root]);
  signal?.throwIfAborted();
  const github = await startRemoteGitHub(instance, {
    dir: at('github'),
    port: gitHubPort,
    app: {
      id: appId,
      slug: 'sallyport',
      publicKeyPem: appKeys.publicKeyPem,
      webhookSecret: appKeys.webhookSecret,
      webhookUrl,
    },
  });
  const configuration = await writeConfiguration(instance, {
    appId,
    apiUrl: github.apiUrl,
    privateKeyFile: appKeys.privateKeyFile,
    webhookSecretFile: appKeys.webhookSecretFile,
    repository: `${policyRepository.owner}/${policyRepository.name}`,
    group,
    recording: bundles.recording,
    tree,
    keys,
    state: serverState,
    gateway: { name: instance.name, group, publicKey: gatewayKey },
  });
  let server: ServiceState | undefined;
  const startServer = async () => {
    server = await startService(instance, serverService(configuration), signal);
    await recordService(instance, server);
  };
  await startServer();
  await github.createRepository(policyRepository.owner, policyRepository.name, files);
  return {
    github,
    bundles,
    tree,
    serverState,
    startServer,
    async killServer() {
      await kill('server', server);
      return server?.pid as number;
    },
  };
}

async function publicKeyOfGateway(state: string): Promise<string> {
  const [file, ...args] = gatewayProgram;
  return (await command(file, [...args, 'key', '--state', state])).trim();
}
