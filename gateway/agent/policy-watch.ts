import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** A save is several writes: wait until none has come for this long. */
const QUIET_MS = 10;
/** Where the kernel tells of no change (network file systems, a folder that was replaced), this finds it. */
const POLL_MS = 2000;

/** Calls back after changes below a folder, one call at a time; changes meanwhile lead to one more. */
export class PolicyWatch {
  readonly #dir: string;
  readonly #onChange: () => Promise<void>;
  #watcher: FSWatcher | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #fingerprint = '';
  #running: Promise<void> | undefined;
  #again = false;

  constructor(dir: string, onChange: () => Promise<void>) {
    this.#dir = dir;
    this.#onChange = onChange;
  }

  async start(): Promise<void> {
    this.#fingerprint = await fingerprint(this.#dir);
    // Not fs.watch: its recursive form loses files that are saved by renaming over them.
    this.#watcher = watch(this.#dir, { ignoreInitial: true, atomic: false });
    this.#watcher.on('all', () => this.trigger());
    // What it cannot watch, the poll finds.
    this.#watcher.on('error', () => undefined);
    this.#poll = setInterval(() => void this.#compare(), POLL_MS);
  }

  /** As if something had changed. */
  trigger(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#run(), QUIET_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#poll);
    clearTimeout(this.#quiet);
    await this.#watcher?.close();
    this.#again = false;
    await this.#running;
  }

  #run(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#change().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.#run();
      }
    });
  }

  async #change(): Promise<void> {
    this.#fingerprint = await fingerprint(this.#dir);
    await this.#onChange();
  }

  async #compare(): Promise<void> {
    const now = await fingerprint(this.#dir);
    if (now === this.#fingerprint) return;
    this.#fingerprint = now;
    this.trigger();
  }
}

/** Of one file, or of what a link leads to; a link that leads nowhere must not hide how the others change. */
async function state(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}

async function fingerprint(dir: string): Promise<string> {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const lines = await Promise.all(
      entries
        .filter((entry) => !entry.isDirectory())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          return `${path} ${await state(path)}`;
        }),
    );
    return lines.sort().join('\n');
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}
