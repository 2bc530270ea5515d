import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Service } from '../services/index.ts';

/** Where the server takes webhooks, and gateways get their bundles. */
export const bundlesPort = 3000;
const webhookPath = '/api/github/webhooks';
export const webhookUrl = `http://127.0.0.1:${bundlesPort}${webhookPath}`;

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** What differs from one server to another. */
interface ServerSetting {
  readonly appId: number;
  readonly apiUrl: string;
  readonly privateKeyFile: string;
  readonly webhookSecretFile: string;
  /** `owner/name` of the policy repository. */
  readonly repository: string;
  readonly group: string;
  readonly recording: string;
  readonly tree: string;
  readonly keys: string;
  readonly state: string;
  readonly gateway: { readonly name: string; readonly group: string; readonly publicKey: string };
}

/** Writes the configuration of `sallyport serve`; gives its path. */
export async function writeConfiguration(file: string, setting: ServerSetting): Promise<string> {
  const { appId, apiUrl, privateKeyFile, webhookSecretFile, recording, group } = setting;
  const configuration = {
    listen: { host: '::', port: bundlesPort },
    state: setting.state,
    // A GitHub of our own need not be spared: GitHub asks for one write a second.
    github: { appId, apiUrl, privateKeyFile, webhookSecretFile, webhookPath, throttle: false },
    repositories: [{ name: setting.repository, path: 'policies', groups: [group], recording }],
    bundles: { repository: setting.tree, keys: setting.keys },
    gateways: [setting.gateway],
  };
  await writeFile(file, `${JSON.stringify(configuration, undefined, 2)}\n`);
  return file;
}

/** `sallyport serve`, with a configuration file. */
export function serverService(configuration: string): Service {
  return {
    name: 'server',
    host: 'control',
    description: 'sallyport serve: bot, bundles, event stream',
    commandLine: [process.execPath, program, 'serve', '--config', configuration],
    ports: [{ protocol: 'tcp', port: bundlesPort }],
  };
}
