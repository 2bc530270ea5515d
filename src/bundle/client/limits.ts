/** What a server may cost a gateway at most. */
export interface ClientLimits {
  /** Bytes of a compressed bundle. */
  readonly bundleBytes: number;
  /** Bytes of the rules in it, decompressed. */
  readonly rulesBytes: number;
  /** Milliseconds for one file. */
  readonly fileMs: number;
  /** Milliseconds for everything that one refresh fetches. */
  readonly refreshMs: number;
}

export const defaultLimits: ClientLimits = {
  bundleBytes: 16 * 1024 * 1024,
  rulesBytes: 64 * 1024 * 1024,
  fileMs: 20_000,
  refreshMs: 60_000,
};

/** Bytes of metadata files, in the words of tuf-js; the server's own figures can only be lower. */
export const metadataLimits = {
  rootMaxLength: 256 * 1024,
  timestampMaxLength: 16 * 1024,
  snapshotMaxLength: 1024 * 1024,
  targetsMaxLength: 1024 * 1024,
  maxRootRotations: 1024,
};
