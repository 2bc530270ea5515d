import { ruleSetDigest } from '../../src/rules/index.ts';
import {
  Attachment,
  loadObject,
  Pins,
  type ProgramName,
  type ProgramObject,
  runOnPacket,
} from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { lower } from '../lower/index.ts';
import { type Applied, type Binding, RuleTables, type Ways } from '../tables/index.ts';
import type { RuleUpdate } from './policy-source.ts';

/** Clauses that can be told apart by counters and events, as many as the maps are made for. */
const CLAUSES = 65536;

/**
 * The data plane of this machine: programs and maps, pinned, so that the rules in force outlive this process. What
 * an earlier process left is adopted.
 */
export class Gateway {
  /** Whether rules were in force already. */
  readonly adopted: boolean;
  readonly maps: ProgramObject['maps'];
  readonly #object: ProgramObject;
  readonly #attachment: Attachment;
  readonly #tables: RuleTables;

  private constructor(name: string, object: ProgramObject) {
    this.#object = object;
    this.maps = object.maps;
    this.#attachment = new Attachment(name);
    this.#tables = new RuleTables(object, { clauses: CLAUSES });
    this.adopted = this.#tables.generation !== 0n;
  }

  /**
   * @param leaveOut programs that this gateway does without
   * @throws KernelError `no-privileges`, `layout-version`, `load-refused`, …
   */
  static open(name: string, leaveOut: readonly ProgramName[] = []): Gateway {
    const pins = new Pins(name);
    pins.checkOwner();
    pins.checkVersion();
    pins.checkWhole();
    pins.removeUnfinished();
    const object = loadObject({
      sizes: { sp_clause_count: CLAUSES },
      reuse: (map) => pins.findMap(map),
      leaveOut,
    });
    try {
      startSweeper(object);
      if (pins.exist) pins.replacePrograms(object.programs);
      else pins.pinAll(object);
      return new Gateway(name, object);
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

  /** From now on every packet of the interface is judged; before the first rules, refused. */
  attach(ifindex: number): void {
    this.#attachment.attach(ifindex, this.#object.programs);
  }

  isAttached(ifindex: number): boolean {
    return this.#attachment.find(ifindex).length === 2;
  }

  /** Tells the kernel the time and the windows of the days to come; to be called every few seconds. @throws KernelError */
  keepTime(): void {
    this.#tables.keepTime(Date.now());
  }

  /** Puts rules in force. @throws LoweringError, TableFullError, KernelError; the rules before stay in force */
  async apply(
    { ruleSet, group, origin: { sequence = 0 } }: Pick<RuleUpdate, 'ruleSet' | 'group' | 'origin'>,
    bindings: readonly Binding[],
    ways: Ways,
  ): Promise<Applied> {
    const applied = await this.#tables.apply(lower(ruleSet, group), bindings, [], ways);
    this.maps.sp_meta.set(0, {
      layout_version: constants.LAYOUT_VERSION,
      pad: 0,
      applied_unix_ms: BigInt(Date.now()),
      rule_set_digest: new Uint8Array(Buffer.from(ruleSetDigest(ruleSet), 'hex')),
      sequence: BigInt(sequence),
    });
    return applied;
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
