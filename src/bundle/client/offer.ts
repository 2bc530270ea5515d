import { basename, dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import type { TargetFile } from '@tufjs/models';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { BundleError } from '../bundle-error.ts';
import { parseCustom, type SignedCustom } from '../custom.ts';
import type { CappedFetcher } from './capped-fetcher.ts';
import type { ClientLimits } from './limits.ts';

/** What the signed metadata says about the bundle, before it is fetched. */
export interface Offer {
  readonly target: TargetFile;
  readonly custom: SignedCustom;
  readonly sha256: string;
}

/** @throws {BundleError} `not-enrolled`, `wrong-group`, `malformed` */
export function offerOf(target: TargetFile | undefined, group: string): Offer {
  if (!target) {
    throw new BundleError(
      'not-enrolled',
      `The repository has no rules for the group ${group}; publish some, or name another group.`,
    );
  }
  const custom = parseCustom(target.custom);
  if (custom.group !== group) {
    throw new BundleError(
      'wrong-group',
      `The rules for the group ${group} are signed as those of ${JSON.stringify(custom.group)}.`,
    );
  }
  const { sha256 = '' } = target.hashes;
  // tuf-js accepts a target without any hash; and this one becomes part of a URL.
  if (/^[0-9a-f]{64}$/.test(sha256)) return { target, custom, sha256 };
  throw new BundleError('malformed', 'The metadata gives no SHA-256 of the bundle.');
}

/** @throws {BundleError} `too-large`, `too-slow`, `unreachable`; others for what does not fit the metadata */
export async function fetchOffer(
  { target, sha256 }: Offer,
  url: string,
  fetcher: CappedFetcher,
  { bundleBytes }: ClientLimits,
): Promise<Buffer> {
  if (target.length > bundleBytes) {
    throw new BundleError(
      'too-large',
      `The bundle has ${target.length} bytes; this gateway takes ${bundleBytes} at most.`,
    );
  }
  const file = `${url}/${dirname(target.path)}/${sha256}.${basename(target.path)}`;
  const packed = await fetcher.downloadBytes(file, target.length).catch((error: unknown) => {
    if (!(error instanceof DownloadHTTPError)) throw error;
    throw new BundleError('unreachable', `The server lacks the bundle ${file}.`, error);
  });
  await target.verify(Readable.from([packed]));
  return packed;
}
