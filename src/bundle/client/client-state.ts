import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from '../bundle-error.ts';
import { writeInOrder } from '../durable-file.ts';
import { FloorSlots } from './floor-slots.ts';
import { type Floors, noFloors } from './floors.ts';
import { type Generation, Generations } from './generations.ts';
import { type MetadataFiles, rootName, versionOf } from './metadata-files.ts';
import { chainFrom, fingerprintOf } from './root-chain.ts';

/** What a gateway keeps: `roots/`, `generations/`, `floor-a`, `floor-b`. */
export class ClientState {
  readonly generations: readonly Generation[];
  readonly files: MetadataFiles;
  readonly floors: Floors;
  readonly #dir: string;
  readonly #slots: FloorSlots;
  readonly #generations: Generations;
  #written: string;

  private constructor(
    dir: string,
    parts: { slots: FloorSlots; generations: Generations },
    found: { generations: readonly Generation[]; files: MetadataFiles; floors: Floors },
  ) {
    this.#dir = dir;
    this.#slots = parts.slots;
    this.#generations = parts.generations;
    this.generations = found.generations;
    this.files = found.files;
    this.floors = found.floors;
    this.#written = '';
  }

  /**
   * Reads what there is. Files that are damaged count as missing, and are told.
   * @param root the enrolled root; if it is of another repository, versions seen before mean nothing any more
   * @throws {BundleError} `disk` if the folder cannot be read
   */
  static async open(
    dir: string,
    root: Buffer,
    damaged: (path: string) => void,
  ): Promise<ClientState> {
    return onDisk(dir, async () => {
      const slots = new FloorSlots(dir);
      const generations = new Generations(join(dir, 'generations'));
      const seen = await slots.read(damaged);
      const whole = await generations.read(damaged);
      const roots = await readRoots(join(dir, 'roots'));
      const kept = seen ?? whole[0]?.floors;
      const enrolled = fingerprintOf(root);
      // The same repository also where a gateway is given a later root of it.
      const same =
        kept?.enrolled === enrolled || roots.get(rootName(versionOf(root)))?.equals(root) === true;
      const chain = chainFrom(root, roots);
      const files = same ? new Map([...chain, ...(whole[0]?.metadata ?? [])]) : chain;
      const floors = { ...((same && kept) || noFloors), enrolled };
      return new ClientState(dir, { slots, generations }, { generations: whole, files, floors });
    });
  }

  /** Keeps what was seen, if it has changed. @throws {BundleError} `disk` */
  async keepSeen(files: MetadataFiles, floors: Floors): Promise<void> {
    const text = JSON.stringify(floors);
    if (text === this.#written) return;
    await onDisk(this.#dir, async () => {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      const dir = join(this.#dir, 'roots');
      const known = await readRoots(dir);
      const roots = [...files].filter(
        ([name, bytes]) => name.endsWith('.root') && !known.get(name)?.equals(bytes),
      );
      await writeInOrder(new Map(roots.map(([name, bytes]) => [join(dir, `${name}.json`), bytes])));
      await this.#slots.write(floors);
    });
    this.#written = text;
  }

  /** Keeps what is in force now. @throws {BundleError} `disk` */
  async keepGeneration(generation: Generation): Promise<void> {
    await onDisk(this.#dir, () => this.#generations.write(generation));
  }
}

async function readRoots(dir: string): Promise<MetadataFiles> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const roots = names.filter((name) => /^\d+\.root\.json$/.test(name));
  const entries = roots.map(
    async (name) => [name.replace('.json', ''), await readFile(join(dir, name))] as const,
  );
  return new Map(await Promise.all(entries));
}

async function onDisk<Result>(dir: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BundleError('disk', `The state in ${dir} cannot be kept or read: ${why}`, error);
  }
}
