import { generateKeyPair, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What a GitHub App and its server are known to each other by. */
export interface AppKeys {
  readonly publicKeyPem: string;
  readonly privateKeyFile: string;
  readonly webhookSecret: string;
  readonly webhookSecretFile: string;
}

/** Makes the key and the webhook secret of a GitHub App, as registering one does. */
export async function makeAppKeys(directory: string): Promise<AppKeys> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const webhookSecret = randomBytes(32).toString('hex');
  const privateKeyFile = `${directory}/app.pem`;
  const webhookSecretFile = `${directory}/webhook-secret`;
  await writeFile(privateKeyFile, privateKey, { mode: 0o600 });
  await writeFile(webhookSecretFile, webhookSecret, { mode: 0o600 });
  return { publicKeyPem: publicKey, privateKeyFile, webhookSecret, webhookSecretFile };
}
