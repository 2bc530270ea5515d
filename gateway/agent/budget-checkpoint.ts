import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeInOrder } from '../../src/bundle/index.ts';
import type { SpentBudget } from '../tables/index.ts';
import type { Log } from './log.ts';

/** What of a gateway counts budgets. */
interface Counting {
  states(): readonly SpentBudget[];
  recall(kept: readonly SpentBudget[]): void;
  distrust(): void;
}

interface Checkpoint {
  readonly version: 1;
  /** Of the JSON of `budgets`, in hex. */
  readonly sha256: string;
  readonly budgets: readonly SpentBudget[];
}

/**
 * What was spent of budgets, on the disk: the maps of the kernel outlive the process, and not the machine. A file that
 * cannot be trusted is not taken for an empty one: then nothing is known, and budgets count as spent.
 */
export class BudgetCheckpoint {
  readonly #path: string;
  readonly #log: Log;
  #written = '';
  #fault = '';

  private constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Gives what was kept to a gateway that has no rules of its own yet.
   * @param adopted the kernel has counted all along: what is on the disk matters only for clauses that were away
   */
  static async open(
    path: string,
    { budgets, adopted }: { readonly budgets: Counting; readonly adopted: boolean },
    log: Log,
  ): Promise<BudgetCheckpoint> {
    const checkpoint = new BudgetCheckpoint(path, log);
    try {
      budgets.recall(parsed(await readFile(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return checkpoint;
      if (!adopted) budgets.distrust();
      const result = adopted
        ? 'the kernel has counted on'
        : 'all budgets count as spent until their period is over';
      const message = `what was spent of budgets cannot be read (${path}: ${(error as Error).message}): ${result}. To begin at zero: detach, remove the file, and start again`;
      log('error', { event: 'budgets-unknown', message });
    }
    return checkpoint;
  }

  /** Writes what was spent, if that has changed. Enforcement does not depend on it: a fault is told, once. */
  async keep(budgets: Pick<Counting, 'states'>): Promise<void> {
    const states = budgets.states().filter(({ ends }) => ends > 0);
    const text = JSON.stringify(states);
    if (text === this.#written || (states.length === 0 && this.#written === '')) return;
    const checkpoint: Checkpoint = { version: 1, sha256: digest(text), budgets: states };
    try {
      await writeInOrder(new Map([[this.#path, `${JSON.stringify(checkpoint)}\n`]]), 0o600);
      this.#written = text;
      this.#fault = '';
    } catch (error) {
      this.#tell((error as Error).message);
    }
  }

  #tell(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    const message = `what was spent of budgets cannot be kept for a restart of the machine: ${fault}`;
    this.#log('error', { event: 'budgets-not-kept', message });
  }
}

/** @throws Error where it is not what {@link BudgetCheckpoint.keep} has written */
function parsed(text: string): readonly SpentBudget[] {
  const { version, sha256, budgets } = JSON.parse(text) as Partial<Checkpoint>;
  if (version !== 1) throw new Error('not of a version that is known here');
  if (!budgets || digest(JSON.stringify(budgets)) !== sha256)
    throw new Error('its checksum does not hold');
  return budgets;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
