import type { Address } from '../../src/policy/index.ts';
import { ruleSetDigest } from '../../src/rules/index.ts';
import {
  Attachment,
  checkFeatures,
  loadObject,
  type MapName,
  objectPath,
  type Pause,
  Pins,
  type ProgramName,
  type ProgramObject,
  runOnPacket,
} from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import { lower } from '../lower/index.ts';
import {
  type Applied,
  type Binding,
  joined,
  type ReadBack,
  RuleTables,
  readBack,
  type Ways,
  type Workload,
  type WorkloadChange,
} from '../tables/index.ts';
import type { RuleUpdate } from './policy-source.ts';

/** Clauses that can be told apart by counters and events, as many as the maps are made for. */
const CLAUSES = 262144;

interface OpenOptions {
  /** Programs that this gateway does without. */
  readonly leaveOut?: readonly ProgramName[];
  /** Entries of the flow table, where other than usual. */
  readonly flows?: number | undefined;
  /** The compiled object. */
  readonly path?: string;
}

/**
 * The data plane of this machine: programs and maps, pinned, so that the rules in force outlive this process. What
 * an earlier process left is adopted.
 */
export class Gateway {
  /** Whether rules were in force already. */
  readonly adopted: boolean;
  readonly maps: ProgramObject['maps'];
  readonly #pins: Pins;
  readonly #object: ProgramObject;
  readonly #attachment: Attachment;
  readonly #tables: RuleTables;
  #meta: Decoded<typeof structs.meta> | undefined;

  private constructor(name: string, pins: Pins, object: ProgramObject) {
    this.#pins = pins;
    this.#object = object;
    this.maps = object.maps;
    this.#attachment = new Attachment(name);
    this.#tables = new RuleTables(object, { clauses: CLAUSES });
    this.adopted = this.#tables.generation !== 0n;
  }

  /** @throws KernelError `no-privileges`, `load-refused`, …; what was in force stays in force */
  static open(name: string, options: OpenOptions = {}): Gateway {
    const { leaveOut = [], flows, path = objectPath() } = options;
    checkFeatures();
    const pins = new Pins(name);
    pins.checkOwner();
    pins.checkWhole();
    pins.removeUnfinished();
    const loading = {
      sizes: { sp_clause_count: CLAUSES, ...(flows && { sp_flows: flows }) },
      reuse: (map: MapName) => pins.findMap(map),
      leaveOut,
    };
    const object = loadObject(loading, path);
    try {
      startSweeper(object);
      if (pins.exist) pins.replacePrograms(object.programs);
      else pins.pinAll(object);
      return new Gateway(name, pins, object);
    } catch (error) {
      object.close();
      throw error;
    }
  }

  get generation(): bigint {
    return this.#tables.generation;
  }

  /** Sequence of the bundle whose rules are in force; 0 where they are of no bundle. */
  get sequence(): number {
    return Number(this.maps.sp_meta.get(0)?.sequence ?? 0n);
  }

  /** Ways out have come or gone; counts at once. @throws KernelError */
  setWays(ways: Ways): void {
    this.#tables.routes.setWays(ways);
  }

  /** What has been spent, beside what the kernel counts. */
  get budgets(): RuleTables['budgets'] {
    return this.#tables.budgets;
  }

  /** Another version's rules are in force and stay so until this one has its first. */
  get awaitsRules(): boolean {
    return this.generation === 0n && this.#pins.others.length > 0;
  }

  /**
   * From now on every packet of the interface is judged; before the first rules, refused. Where another version's
   * programs judge, they go on until there are rules.
   */
  attach(ifindex: number): void {
    if (!this.isAttached(ifindex)) this.#attachment.attach(ifindex, this.#object.programs);
  }

  isAttached(ifindex: number): boolean {
    return this.awaitsRules
      ? this.#attachment.find(ifindex).length === 2
      : this.#attachment.holds(ifindex, this.#object.programs);
  }

  /** Lets go of what another version has pinned. Only once this one's programs are in their place. @returns its layouts */
  finishChangeOver(): readonly string[] {
    const others = this.#pins.others;
    this.#pins.removeOthers();
    return others;
  }

  /** Tells the kernel the time and the windows of the days to come; to be called every few seconds. @throws KernelError */
  keepTime(): void {
    this.#tables.keepTime(Date.now());
  }

  /** Puts rules in force. @throws LoweringError, TableFullError, KernelError; the rules before stay in force */
  async apply(
    { ruleSet, group, origin: { sequence = 0 } }: Pick<RuleUpdate, 'ruleSet' | 'group' | 'origin'>,
    bindings: readonly Binding[],
    { ways, workloads }: { readonly ways: Ways; readonly workloads: readonly Workload[] },
  ): Promise<Applied> {
    const applied = await this.#tables.apply(lower(ruleSet, group), bindings, workloads, ways);
    this.#meta = {
      layout_version: constants.LAYOUT_VERSION,
      pad: 0,
      applied_unix_ms: BigInt(Date.now()),
      rule_set_digest: new Uint8Array(Buffer.from(ruleSetDigest(ruleSet), 'hex')),
      sequence: BigInt(sequence),
    };
    this.maps.sp_meta.set(0, this.#meta);
    return applied;
  }

  /** Workloads come, change or go; see {@link RuleTables.changeWorkloads}. */
  changeWorkloads(changes: readonly WorkloadChange[]): bigint {
    return this.#tables.changeWorkloads(changes);
  }

  /** See {@link RuleTables.prolongLeases}. */
  prolongLeases(addresses: readonly Address[], lease: bigint): void {
    this.#tables.prolongLeases(addresses, lease);
  }

  /** What somebody else has changed in the maps. Undefined before the first rules of this process. @throws KernelError */
  async readBack(pause: Pause): Promise<ReadBack | undefined> {
    const rules = await this.#tables.readBack(pause);
    if (!rules || !this.#meta) return rules;
    const about = await readBack([{ map: this.maps.sp_meta, entries: [[0, this.#meta]] }], pause);
    return about && joined(rules, about);
  }

  /** The same rules, under a generation by which every flow is judged anew. @throws KernelError */
  renew(): Promise<bigint> {
    return this.#tables.renew();
  }

  /** Pins that are gone or replaced: a process after this one would adopt what stands there. */
  foreignPins(): string[] {
    return this.#pins.foreign(this.#object);
  }

  restorePins(): void {
    this.#pins.restore(this.#object);
  }

  /** Lets go of the kernel's objects; what is pinned and attached stays. */
  close(): void {
    this.#object.close();
  }
}

/** The kernel may be out of the kind of memory that a timer needs at just this moment. */
function startSweeper({ programs }: ProgramObject): void {
  const frame = Buffer.alloc(64);
  for (let tries = 0; tries < 100; tries++) {
    if (runOnPacket(programs.sp_start, { frame }).action === 0) return;
  }
  throw new Error('The kernel gives no timer; idle flows would never end. Try again.');
}
