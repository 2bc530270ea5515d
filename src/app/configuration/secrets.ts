import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError } from './configuration.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface SecretPlace {
  /** In messages. */
  readonly what: string;
  readonly variable: string;
  readonly field: string;
  readonly file?: string | undefined;
}

/** Shortest webhook secret that is taken: less can be guessed from one recorded delivery. */
const SHORTEST_SECRET = 16;

/** @throws {ConfigurationError} without a secret that is worth the name */
export function readWebhookSecret(environment: Environment, file?: string): string {
  const variable = 'SALLYPORT_WEBHOOK_SECRET';
  const field = 'github.webhookSecretFile';
  const secret = readSecret(environment, { what: 'webhook secret', variable, field, file });
  const remedy = `make one with \`openssl rand -hex 32\`, set it in the App’s settings and in ${variable} or ${field}`;
  if (secret === undefined) {
    throw new ConfigurationError(
      `there is no webhook secret: anybody could send webhooks; ${remedy}`,
    );
  }
  if (secret.length < SHORTEST_SECRET) {
    throw new ConfigurationError(
      `the webhook secret has ${secret.length} characters, fewer than ${SHORTEST_SECRET}; ${remedy}`,
    );
  }
  return secret;
}

/** The App's private key as PEM. @throws {ConfigurationError} */
export function readAppKey(environment: Environment, file?: string): string {
  const variable = 'SALLYPORT_GITHUB_PRIVATE_KEY';
  const field = 'github.privateKeyFile';
  const pem = readSecret(environment, { what: 'private key of the App', variable, field, file });
  const remedy = `generate one on the App’s settings page and name its .pem file in ${field} or set ${variable}`;
  if (pem === undefined) throw new ConfigurationError(`the App has no private key; ${remedy}`);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return pem;
  } catch {
    // Told below, without what OpenSSL says: it may quote the key.
  }
  throw new ConfigurationError(`the private key of the App is no RSA key in PEM; ${remedy}`);
}

/** Protects the online keys, if they are encrypted. @throws {ConfigurationError} */
export function readPassphrase(environment: Environment, file?: string): string | undefined {
  return readSecret(environment, {
    what: 'passphrase of the bundle keys',
    variable: 'SALLYPORT_KEYS_PASSPHRASE',
    field: 'bundles.passphraseFile',
    file,
  });
}

/** @param text PEM, or base64 of the 32 bytes, as a gateway prints it @throws {ConfigurationError} */
export function readGatewayKey(gateway: string, text: string): KeyObject {
  try {
    const key = createPublicKey(text.includes('-----') ? text : jwkOf(text));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below.
  }
  throw new ConfigurationError(
    `the publicKey of gateway ${gateway} is no Ed25519 key; print it on the gateway and paste it here`,
  );
}

function jwkOf(base64: string): JsonWebKeyInput {
  const x = Buffer.from(base64, 'base64').toString('base64url');
  return { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' };
}

function readSecret(
  environment: Environment,
  { what, variable, field, file }: SecretPlace,
): string | undefined {
  const value = environment[variable];
  if (value !== undefined && file !== undefined) {
    throw new ConfigurationError(
      `the ${what} is given twice, in ${variable} and in ${field}; keep one`,
    );
  }
  if (file === undefined) return value?.trim() || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`cannot read the ${what} (${field}): ${why}`, { cause: error });
  }
}
