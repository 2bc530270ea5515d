import {
  CryptoError,
  LengthOrHashMismatchError,
  UnsignedMetadataError,
  UnsupportedAlgorithmError,
} from '@tufjs/models/dist/error.js';
import { BadVersionError, DownloadHTTPError, ExpiredMetadataError } from 'tuf-js/dist/error.js';
import { BundleError, type BundleErrorCode } from '../bundle-error.ts';

/** Whatever tuf-js throws (its own errors, `SyntaxError`, `TypeError`, `RangeError`), by what it means. */
export function classifyError(error: unknown): BundleError {
  if (error instanceof BundleError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new BundleError(codeOf(error, why), `${sayings[codeOf(error, why)]}: ${why}`, error);
}

function codeOf(error: unknown, why: string): keyof typeof sayings {
  if (error instanceof ExpiredMetadataError) return 'expired';
  if (error instanceof BadVersionError || why.startsWith('Missing file ')) return 'rolled-back';
  if (error instanceof DownloadHTTPError) return 'unreachable';
  const unsigned = [
    UnsignedMetadataError,
    LengthOrHashMismatchError,
    CryptoError,
    UnsupportedAlgorithmError,
  ];
  return unsigned.some((kind) => error instanceof kind) ? 'bad-signature' : 'malformed';
}

const sayings = {
  expired: 'The metadata has expired; look at the publisher and at the clock of this machine',
  'rolled-back': 'The server offers what is older than what was seen before',
  unreachable: 'The server has no repository there',
  'bad-signature': 'The server offers what the enrolled keys did not sign',
  malformed: 'The server offers what is no TUF metadata',
} satisfies Partial<Record<BundleErrorCode, string>>;
