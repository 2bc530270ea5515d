import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import {
  type Configuration,
  ConfigurationError,
  type RepositoryConfiguration,
} from './configuration.ts';
import { type ConfigurationFile, configurationSchema } from './schema.ts';
import {
  type Environment,
  readAppKey,
  readGatewayKey,
  readPassphrase,
  readWebhookSecret,
} from './secrets.ts';

const ajv = new Ajv({ strict: true, useDefaults: true, allErrors: true });
const hasShape = ajv.compile<ConfigurationFile>(configurationSchema);

/**
 * Reads the configuration file (YAML or JSON) and the secrets that it or the environment names. Paths in it are
 * relative to its own folder.
 * @throws {ConfigurationError} that says what to change.
 */
export function readConfiguration(file: string, environment: Environment): Configuration {
  const content = parseFile(file);
  if (!hasShape(content)) {
    const faults = (hasShape.errors ?? []).map(describe).join('; ');
    throw new ConfigurationError(`${file}: ${faults}. See docs/app.md, “Configuration”`);
  }
  return resolve(content, path.dirname(path.resolve(file)), environment);
}

function parseFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`cannot read the configuration: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new ConfigurationError(`${file} is not valid YAML: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function resolve(
  content: ConfigurationFile,
  folder: string,
  environment: Environment,
): Configuration {
  const at = (relative: string) => path.resolve(folder, relative);
  const optionally = (relative?: string) => (relative === undefined ? undefined : at(relative));
  const { github, bundles } = content;
  const passphrase = readPassphrase(environment, optionally(bundles.passphraseFile));
  const repositories = content.repositories.map(({ recording, ...repository }) => ({
    ...repository,
    path: folderPath(repository),
    ...(recording === undefined ? {} : { recording: at(recording) }),
  }));
  checkGroups(repositories);
  checkGateways(content, repositories);
  return {
    listen: content.listen,
    state: at(content.state),
    github: {
      appId: github.appId,
      privateKey: readAppKey(environment, optionally(github.privateKeyFile)),
      webhookSecret: readWebhookSecret(environment, optionally(github.webhookSecretFile)),
      apiUrl: github.apiUrl.replace(/\/+$/, ''),
      webhookPath: github.webhookPath,
      throttle: github.throttle,
    },
    repositories,
    bundles: {
      repository: at(bundles.repository),
      keys: at(bundles.keys),
      ...(passphrase === undefined ? {} : { passphrase }),
    },
    gateways: content.gateways.map(({ name, group, publicKey }) => ({
      name,
      group,
      publicKey: readGatewayKey(name, publicKey),
    })),
    limits: content.limits,
  };
}

function folderPath({ name, path }: { name: string; path: string }): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..')) return parts.join('/');
  throw new ConfigurationError(
    `repository ${name}: path ${path} leads out of the repository; name a folder inside it`,
  );
}

/** Two sources for one group would overwrite each other's rules. */
function checkGroups(repositories: readonly RepositoryConfiguration[]): void {
  const owner = new Map<string, string>();
  const names = new Set<string>();
  for (const { name, groups } of repositories) {
    if (names.has(name.toLowerCase())) {
      throw new ConfigurationError(`repository ${name} stands twice; keep one entry`);
    }
    names.add(name.toLowerCase());
    for (const group of groups) {
      const other = owner.get(group);
      if (other !== undefined) {
        throw new ConfigurationError(
          `group ${group} gets its rules from ${other} and from ${name}; a group has one source`,
        );
      }
      owner.set(group, name);
    }
  }
}

function checkGateways(
  { gateways }: ConfigurationFile,
  repositories: readonly RepositoryConfiguration[],
): void {
  const groups = new Set(repositories.flatMap((repository) => repository.groups));
  const names = new Set<string>();
  for (const { name, group } of gateways) {
    if (names.has(name)) throw new ConfigurationError(`gateway ${name} stands twice; keep one`);
    names.add(name);
    if (!groups.has(group)) {
      throw new ConfigurationError(
        `gateway ${name} is of group ${group}, which no repository lists; known: ${[...groups].join(', ')}`,
      );
    }
  }
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = instancePath.slice(1).replaceAll('/', '.') || 'the file';
  const unknown = keyword === 'additionalProperties' ? `: ${params.additionalProperty}` : '';
  return `${place} ${message ?? 'is wrong'}${unknown}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
