import { type RuleSet, ruleSetDigest } from '../../rules/index.ts';
import type { Bundle } from '../bundle.ts';
import { BundleError } from '../bundle-error.ts';
import { parseCustom, publicCustom, type SignedCustom } from '../custom.ts';
import { targetPathOf } from '../group.ts';
import { unpackRules } from '../pack.ts';
import { CappedFetcher } from './capped-fetcher.ts';
import { classifyError } from './classify-error.ts';
import { ClientState } from './client-state.ts';
import { type Floors, noFloors, raiseBundleFloor, raiseFloors } from './floors.ts';
import type { Generation } from './generations.ts';
import { type ClientLimits, defaultLimits } from './limits.ts';
import { metadataUpdate } from './memory-updater.ts';
import { type MetadataFiles, signersOf } from './metadata-files.ts';
import { fetchOffer, type Offer, offerOf } from './offer.ts';
import { checkRoot } from './root-chain.ts';

export interface BundleClientOptions {
  /** The root.json that this gateway was enrolled with, of any version; later ones are found from there. */
  readonly root: Uint8Array;
  readonly group: string;
  /** Where `metadata/` and `targets/` of the repository are, by http or https. */
  readonly url: string;
  /** A folder of this client alone. */
  readonly state: string;
  readonly limits?: Partial<ClientLimits>;
  /** Called for what is wrong and yet stops nothing: damaged files in the state folder (`disk`). */
  readonly onAlarm?: (alarm: BundleError) => void;
}

/**
 * Fetches and verifies the rules of one gateway group. The order is: {@link refresh}, put the rules in force,
 * {@link accept}. Whatever is thrown, the rules in force stay in force; it is for an operator to look at.
 */
export class BundleClient {
  readonly #options: BundleClientOptions & { readonly limits: ClientLimits };
  readonly #root: Buffer;
  readonly #path: string;
  readonly #generationOf = new WeakMap<Bundle, Generation>();
  #state: ClientState | undefined;
  #files: MetadataFiles = new Map();
  #floors: Floors = noFloors;
  #accepted: Bundle | undefined;
  /** What was accepted when the disk was full: tried again whenever nothing is new. */
  #unkept: Generation | undefined;
  #offered: Bundle | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws {BundleError} `malformed` if the root is none; {Error} for a group or URL that cannot be */
  constructor(options: BundleClientOptions) {
    const url = checkUrl(options.url);
    this.#options = { ...options, url, limits: { ...defaultLimits, ...options.limits } };
    this.#path = targetPathOf(options.group);
    this.#root = checkRoot(options.root);
  }

  /**
   * What is to be in force, if it is not what was last accepted. A bundle that was not accepted is offered again.
   * @throws {BundleError} with any code
   */
  refresh(): Promise<Bundle | undefined> {
    return this.#inTurn(() => this.#refresh());
  }

  /**
   * Keeps a bundle for the next start; call it when the bundle is in force.
   * @throws {BundleError} `disk`: it is in force, but will not be found after a restart without the server
   */
  accept(bundle: Bundle): Promise<void> {
    return this.#inTurn(async () => {
      const state = await this.#open();
      if (bundle !== this.#accepted) {
        const generation = this.#generationOf.get(bundle);
        if (!generation) throw new TypeError('this bundle was not verified by this client');
        this.#accepted = bundle;
        this.#unkept = generation;
      }
      await this.#keepAccepted(state);
    });
  }

  /** What was last accepted, also by an earlier process, without asking anyone; expiry does not matter. */
  lastGood(): Promise<Bundle | undefined> {
    return this.#inTurn(async () => {
      await this.#open();
      return this.#accepted;
    });
  }

  async #refresh(): Promise<Bundle | undefined> {
    const state = await this.#open();
    const found = await this.#look().then(
      (bundle) => ({ bundle }),
      (failure: unknown) => ({ failure: classifyError(failure) }),
    );
    const keeping = state.keepSeen(this.#files, this.#floors);
    if ('bundle' in found && !found.bundle) {
      await keeping;
      await this.#keepAccepted(state);
    } else {
      // New rules do not wait for the disk; accept does.
      const told = keeping.catch((trouble) => this.#options.onAlarm?.(trouble));
      void this.#inTurn(() => told);
    }
    if ('failure' in found) throw found.failure;
    return found.bundle;
  }

  async #keepAccepted(state: ClientState): Promise<void> {
    if (!this.#unkept) return;
    await state.keepGeneration(this.#unkept);
    this.#unkept = undefined;
  }

  async #look(): Promise<Bundle | undefined> {
    const { url, limits, group } = this.#options;
    const fetcher = new CappedFetcher(limits);
    const files = new Map(this.#files);
    const update = metadataUpdate({ root: this.#root, files, url, fetcher });
    // What was verified before something failed is kept too; what breaks through a floor is not.
    const target = await update.run(this.#path).finally(() => {
      this.#floors = raiseFloors(this.#floors, files);
      this.#files = files;
    });
    const offer = offerOf(target, group);
    const { custom } = offer;
    const signers = signersOf('bundles', files);
    this.#floors = raiseBundleFloor(this.#floors, custom, signers);
    const known = [this.#accepted, this.#offered].find((bundle) => isOffered(bundle, custom));
    if (known) return known === this.#accepted ? undefined : known;
    return this.#fetch(offer, fetcher);
  }

  async #fetch(offer: Offer, fetcher: CappedFetcher): Promise<Bundle> {
    const { url, limits, group } = this.#options;
    const packed = await fetchOffer(offer, `${url}/targets`, fetcher, limits);
    const bundle = bundleOf(packed, offer.custom, limits, this.#accepted?.ruleSet);
    const metadata = new Map([...this.#files].filter(([name]) => !name.endsWith('.root')));
    const floors = this.#floors;
    this.#generationOf.set(bundle, { group, custom: offer.custom, floors, metadata, packed });
    this.#offered = bundle;
    return bundle;
  }

  async #open(): Promise<ClientState> {
    if (this.#state) return this.#state;
    const { state: dir, onAlarm, group, limits } = this.#options;
    const damaged = (path: string) => {
      onAlarm?.(new BundleError('disk', `${path} is damaged; it counts as missing.`));
    };
    const state = await ClientState.open(dir, this.#root, damaged);
    this.#files = state.files;
    this.#floors = state.floors;
    const last = state.generations.find((generation) => generation.group === group);
    try {
      this.#accepted = last && bundleOf(last.packed, parseCustom(last.custom), limits);
    } catch {
      // Kept by another version of this program, or beyond limits that have become lower.
      damaged(`${dir}/generations`);
    }
    this.#state = state;
    return state;
  }

  /** One thing at a time, in the order of the calls. */
  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function isOffered(bundle: Bundle | undefined, { seq, digest }: SignedCustom): boolean {
  return bundle?.custom.seq === seq && bundle.digest === digest;
}

/**
 * @param known rules that were read before; see {@link unpackRules}
 * @throws {BundleError} `malformed` if the rules are not those that were announced
 */
function bundleOf(
  packed: Buffer,
  custom: SignedCustom,
  limits: ClientLimits,
  known?: RuleSet,
): Bundle {
  const ruleSet = unpackRules(packed, limits.rulesBytes, known);
  const digest = ruleSetDigest(ruleSet);
  if (digest !== custom.digest) {
    throw new BundleError('malformed', 'The bundle holds other rules than its signed digest says.');
  }
  return { group: custom.group, ruleSet, digest, custom: publicCustom(custom) };
}

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash) {
    return url.href.replace(/\/+$/, '');
  }
  throw new Error(`${text} is no http or https URL of a repository`);
}
