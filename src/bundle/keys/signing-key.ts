import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { Key, Signature } from '@tufjs/models';

/** Standard encryption of key files stretches a passphrase only a little, so it must not be guessable. */
const MIN_PASSPHRASE = 20;

/** An ed25519 key pair (RFC 8032) and its name in TUF metadata. */
export interface SigningKey {
  readonly publicKey: Key;
  readonly privateKey: KeyObject;
}

export function generateSigningKey(): SigningKey {
  return fromPrivateKey(generateKeyPairSync('ed25519').privateKey);
}

/** For `Metadata.sign`. */
export function signerOf({ publicKey, privateKey }: SigningKey): (data: Buffer) => Signature {
  return (data) =>
    new Signature({
      keyID: publicKey.keyID,
      sig: sign(undefined, data, privateKey).toString('hex'),
    });
}

/** PKCS#8 in PEM, as `openssl pkey` reads it; encrypted (PBES2, AES-256) where a passphrase is given. */
export function toPem({ privateKey }: SigningKey, passphrase: string | undefined): string {
  const format = { type: 'pkcs8', format: 'pem' } as const;
  if (passphrase === undefined) return privateKey.export(format).toString();
  if (passphrase.length < MIN_PASSPHRASE) {
    throw new Error(
      `The passphrase is too short: use at least ${MIN_PASSPHRASE} characters, for instance from \`openssl rand -base64 32\`.`,
    );
  }
  return privateKey.export({ ...format, cipher: 'aes-256-cbc', passphrase }).toString();
}

/** @throws {Error} that says what is wrong with the key or the passphrase. */
export function fromPem(pem: string, passphrase: string | undefined): SigningKey {
  const encrypted = pem.includes('ENCRYPTED');
  if (encrypted && passphrase === undefined) throw new Error('it is encrypted; say the passphrase');
  const privateKey = readKey(pem, encrypted ? passphrase : undefined);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('it is no ed25519 key');
  return fromPrivateKey(privateKey);
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const why = passphrase === undefined ? 'it is no private key' : 'the passphrase does not fit';
    throw new Error(why, { cause: error });
  }
}

function fromPrivateKey(privateKey: KeyObject): SigningKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const value = {
    keytype: 'ed25519',
    keyval: { public: Buffer.from(x as string, 'base64url').toString('hex') },
    scheme: 'ed25519',
  };
  // TUF 4.2: the digest of the key in canonical JSON, which this is: sorted keys, no white space.
  const keyID = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return { privateKey, publicKey: Key.fromJSON(keyID, value) };
}
