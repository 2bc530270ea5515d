import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a gateway signs its reports with (Ed25519, RFC 8032). The server knows the public half. */
export class GatewayKey {
  readonly #private: KeyObject;

  private constructor(key: KeyObject) {
    this.#private = key;
  }

  /** The key in a state folder, made there where there is none. */
  static async load(state: string): Promise<GatewayKey> {
    const path = join(state, 'gateway.key');
    try {
      return new GatewayKey(createPrivateKey(await readFile(path)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await mkdir(state, { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await file.sync();
    } finally {
      await file.close();
    }
    return new GatewayKey(privateKey);
  }

  /** For the server's configuration: base64 of the 32 bytes. */
  get publicKey(): string {
    const der = createPublicKey(this.#private).export({ type: 'spki', format: 'der' });
    return der.subarray(-32).toString('base64');
  }

  /** Base64. */
  sign(body: Buffer): string {
    return sign(null, body, this.#private).toString('base64');
  }
}
