/** Why a gateway did not take what a server offered, or could not keep it. */
export type BundleErrorCode =
  | 'unreachable'
  | 'too-large'
  | 'too-slow'
  | 'bad-signature'
  | 'rolled-back'
  | 'expired'
  | 'malformed'
  | 'wrong-group'
  | 'not-enrolled'
  | 'disk';

/** Whatever goes wrong between a server and a gateway; the rules in force stay in force. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleErrorCode;

  constructor(code: BundleErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
