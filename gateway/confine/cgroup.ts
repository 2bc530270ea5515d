import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KernelError } from '../kernel/index.ts';

const EMPTY_MS = 10_000;
const LOOK_MS = 5;

/**
 * A cgroup of version 2 for the processes of one sidecar: `sallyport/<name>` below the root of the hierarchy. Not below
 * the caller's own: a cgroup around that may be delegated to the very user whom the command runs as, and who owns
 * both ends of a way may move processes along it.
 */
export class Cgroup {
  /** Where it lies in the file system. */
  readonly folder: string;
  /** As /proc/<pid>/cgroup says it. */
  readonly path: string;

  /** @throws KernelError `no-cgroup` where there are none of version 2 */
  constructor(name: string) {
    this.path = `/sallyport/${name}`;
    const root = cgroupRoot();
    if (root === undefined) {
      throw new KernelError(
        'no-cgroup',
        'The cgroup file system of version 2 is mounted nowhere. Mount it: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
      );
    }
    this.folder = join(root, this.path);
  }

  /** Names of all that exist. */
  static names(): string[] {
    const root = cgroupRoot();
    if (root === undefined) return [];
    try {
      const entries = readdirSync(join(root, 'sallyport'), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** @throws KernelError `no-cgroup` */
  create(): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o755 });
    } catch (cause) {
      throw new KernelError(
        'no-cgroup',
        `${this.folder} cannot be made: ${(cause as Error).message}. Is the cgroup file system mounted read-only, as in a container?`,
        { cause },
      );
    }
  }

  /** Whether a process lives in it. */
  get isPopulated(): boolean {
    return /^populated 1$/m.test(this.#read('cgroup.events'));
  }

  /** Ends every process in it. */
  async end(): Promise<void> {
    writeFileSync(join(this.folder, 'cgroup.kill'), '1');
    const end = performance.now() + EMPTY_MS;
    while (this.isPopulated) {
      if (performance.now() > end) {
        const left = this.#read('cgroup.procs').trim().split('\n').join(', ');
        throw new KernelError('busy', `Processes of ${this.path} do not end: ${left}.`);
      }
      await pause(LOOK_MS);
    }
  }

  /** Ends every process in it, and the cgroup itself. Nothing happens where there is none. */
  async remove(): Promise<void> {
    if (this.#read('cgroup.events') === '') return;
    await this.end();
    rmdirSync(this.folder);
  }

  #read(file: string): string {
    try {
      return readFileSync(join(this.folder, file), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}

/** Where the unified hierarchy is mounted (cgroups(7)). */
function cgroupRoot(): string | undefined {
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [mount = '', system = ''] = line.split(' - ');
    const [, , , , folder] = mount.split(' ');
    if (system.startsWith('cgroup2 ') && folder !== undefined) return unescaped(folder);
  }
  return undefined;
}

/** Blanks in /proc/self/mountinfo are written as octal numbers (proc(5)). */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
