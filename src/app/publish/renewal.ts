import type { Logger } from 'pino';
import { renewRepository } from '../../bundle/index.ts';
import type { BundleConfiguration } from '../configuration/index.ts';

const HOUR_MS = 60 * 60 * 1000;
/** The ceremony for the offline keys takes people, and days. */
const WARN_BEFORE_MS = 30 * 24 * HOUR_MS;

/** Keeps the online signatures of the bundle repository from expiring: every hour, whatever needs it is signed anew. */
export class Renewal {
  readonly #bundles: BundleConfiguration;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(bundles: BundleConfiguration, log: Logger) {
    this.#bundles = bundles;
    this.#log = log;
  }

  /** @throws {Error} if there is no repository or its keys are not at hand: then nothing could be published either. */
  async start(): Promise<void> {
    await this.#renew();
    this.#timer = setInterval(() => {
      this.#renew().catch((err) => this.#log.error({ event: 'renewal', err }, 'renewal failed'));
    }, HOUR_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    const { renewed, expires } = await renewRepository(placeOf(this.#bundles));
    if (renewed.length > 0) this.#log.info({ event: 'renewal', renewed }, 'signed anew');
    for (const [role, at] of Object.entries(expires)) {
      if (Date.parse(at) - Date.now() > WARN_BEFORE_MS) continue;
      this.#log.warn(
        { event: 'renewal', role, at },
        'expires soon: sallyport keys renew --offline',
      );
    }
  }
}

/** Where the repository and its online keys are. */
export function placeOf({ repository, keys, passphrase }: BundleConfiguration) {
  const passphrases = passphrase === undefined ? {} : { passphrases: { online: passphrase } };
  return { repository, keys, ...passphrases };
}
