import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeChecked, encodeChecked } from './checked-file.ts';
import type { Floors } from './floors.ts';

const SLOT_BYTES = 4096;

interface Slot {
  readonly counter: number;
  readonly floors: Floors;
}

/**
 * Floors in two files, written in turn: a torn write spoils one and leaves the other. They are overwritten in place
 * and never grow, so that they can be written on a disk that is full.
 */
export class FloorSlots {
  readonly #dir: string;
  #counter = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The newest floors; undefined if there are none. A file that is damaged is told. */
  async read(damaged: (path: string) => void): Promise<Floors | undefined> {
    const slots: Slot[] = [];
    for (const path of this.#paths()) {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (text === undefined) continue;
      const slot = decodeChecked(text) as Slot | undefined;
      if (slot) slots.push(slot);
      else damaged(path);
    }
    const [newest] = slots.toSorted((a, b) => b.counter - a.counter);
    this.#counter = newest?.counter ?? 0;
    return newest?.floors;
  }

  async write(floors: Floors): Promise<void> {
    const counter = this.#counter + 1;
    const slot = Buffer.alloc(SLOT_BYTES, '\n');
    const text = encodeChecked({ counter, floors } satisfies Slot);
    if (Buffer.byteLength(text) > SLOT_BYTES) throw new Error('the floors do not fit into a slot');
    slot.write(text);
    // Not opened for append and not truncated: the blocks stay where they are.
    const file = await open(this.#paths()[counter % 2] as string, 'r+').catch(() =>
      open(this.#paths()[counter % 2] as string, 'wx+', 0o600),
    );
    try {
      await file.write(slot, 0, SLOT_BYTES, 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.#counter = counter;
  }

  #paths(): string[] {
    return ['floor-a', 'floor-b'].map((name) => join(this.#dir, name));
  }
}
