import { copyFile } from 'node:fs/promises';
import { initRepository } from '../../src/bundle/index.ts';
import type { Files } from '../github/index.ts';
import { type BundleRules, gatewayProgram } from '../instance/index.ts';
import { command, hostNamed, type Instance } from '../net/index.ts';
import { type AppKeys, makeAppKeys } from './app-keys.ts';
import { type RemoteGitHub, startRemoteGitHub } from './remote-github.ts';
import { bundlesPort, serverService, webhookUrl, writeConfiguration } from './server.ts';
import { ServerProcess } from './server-process.ts';

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
  const folders = foldersOf(instance);
  const keys = await makeKeys(instance, folders);
  signal?.throwIfAborted();
  const { publicKeyPem, webhookSecret, privateKeyFile, webhookSecretFile } = keys.app;
  const github = await startRemoteGitHub(instance, {
    dir: folders.github,
    port: gitHubPort,
    app: { id: appId, slug: 'sallyport', publicKeyPem, webhookUrl, webhookSecret },
  });
  try {
    const configuration = await writeConfiguration(folders.configuration, {
      appId,
      apiUrl: github.apiUrl,
      privateKeyFile,
      webhookSecretFile,
      repository: `${policyRepository.owner}/${policyRepository.name}`,
      group,
      recording: folders.bundles.recording,
      tree: folders.tree,
      keys: folders.keys,
      state: folders.serverState,
      gateway: { name: instance.name, group, publicKey: keys.gateway },
    });
    const server = new ServerProcess(instance, serverService(configuration), signal);
    await server.start();
    await github.createRepository(policyRepository.owner, policyRepository.name, files);
    const { bundles, tree, serverState } = folders;
    return {
      github,
      bundles,
      tree,
      serverState,
      killServer: () => server.kill(),
      startServer: () => server.start(),
    };
  } catch (error) {
    // Or its channel would keep this process from ending.
    github.release();
    throw error;
  }
}

function foldersOf({ runDirectory }: Instance) {
  const at = (path: string) => `${runDirectory}/${path}`;
  const bundles: BundleRules = {
    url: `http://${hostNamed('control').ipv4.host}:${bundlesPort}/`,
    root: at('root.json'),
    group,
    state: at('gateway'),
    recording: at('recording'),
  };
  return {
    bundles,
    tree: at('tuf'),
    keys: at('keys'),
    serverState: at('server'),
    github: at('github'),
    configuration: at('server.json'),
  };
}

/** Those of the bundles, of the GitHub App and of the gateway; enrols the gateway by its root.json. */
async function makeKeys(
  { runDirectory }: Instance,
  { tree, keys, bundles }: ReturnType<typeof foldersOf>,
): Promise<{ app: AppKeys; gateway: string }> {
  const [repository, app, gateway] = await Promise.all([
    initRepository({ keys, repository: tree }),
    makeAppKeys(runDirectory),
    publicKeyOfGateway(bundles.state),
  ]);
  await copyFile(repository.root, bundles.root);
  return { app, gateway };
}

async function publicKeyOfGateway(state: string): Promise<string> {
  const [file, ...args] = gatewayProgram;
  return (await command(file, [...args, 'key', '--state', state])).trim();
}
