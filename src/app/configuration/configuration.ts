import type { KeyObject } from 'node:crypto';

/** What `sallyport serve` works by: checked, secrets read, paths absolute. */
export interface Configuration {
  readonly listen: { readonly host: string; readonly port: number };
  /** Folder of the server's own state. */
  readonly state: string;
  readonly github: GitHubConfiguration;
  readonly repositories: readonly RepositoryConfiguration[];
  readonly bundles: BundleConfiguration;
  readonly gateways: readonly GatewayConfiguration[];
  readonly limits: Limits;
}

export interface GitHubConfiguration {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Of the REST API: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  readonly webhookPath: string;
  /** Writes one a second, as GitHub asks of its clients. */
  readonly throttle: boolean;
}

/** A repository whose default branch says what some gateway groups enforce. */
export interface RepositoryConfiguration {
  /** `owner/name`, as GitHub spells it. */
  readonly name: string;
  /** The policy folder inside it, without slashes at the ends; empty: the whole repository. */
  readonly path: string;
  readonly groups: readonly string[];
  /** Folder of recorded flows that changes are replayed over. */
  readonly recording?: string;
}

export interface BundleConfiguration {
  /** Folder of the TUF repository, served at `/tuf/`. */
  readonly repository: string;
  /** Folder of the online keys. */
  readonly keys: string;
  readonly passphrase?: string;
}

export interface GatewayConfiguration {
  readonly name: string;
  readonly group: string;
  /** Ed25519; what the gateway reports is signed by its other half. */
  readonly publicKey: KeyObject;
}

export interface Limits {
  /** Bytes of a webhook delivery. */
  readonly webhookBytes: number;
  /** Listeners of the event stream. */
  readonly listeners: number;
  /** Reviews at the same time. */
  readonly reviews: number;
  /** Minutes between two looks for what no webhook told. */
  readonly catchUpMinutes: number;
}

/** The server cannot start like this; the message says what to change. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
