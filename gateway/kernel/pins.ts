import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants } from '../layout/index.ts';
import { checked, KernelError } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';
import { type MapName, type Maps, mapNames, typedMaps } from './maps.ts';
import { objectId } from './program-info.ts';
import { type ProgramName, type ProgramObject, programNames } from './program-object.ts';

const root = '/sys/fs/bpf/sallyport';
const version = `v${constants.LAYOUT_VERSION}`;

/** Pins of one gateway: they, and the filters on its interfaces, keep the rules in force when no process lives. */
export class Pins {
  /** `/sys/fs/bpf/sallyport/<name>` */
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(root, name);
  }

  get exist(): boolean {
    return existsSync(this.#current);
  }

  /** Whether there are maps of this version, all of them, and of no other. */
  get isReadable(): boolean {
    const isWhole = mapNames.every((name) => existsSync(join(this.#current, name)));
    return isWhole && versionsIn(this.folder).length === 1;
  }

  /**
   * The BPF file system is often everybody's to write to: who owns a folder can replace what is pinned in it.
   * @throws KernelError `foreign-pins`
   */
  checkOwner(): void {
    for (const path of [root, this.folder, this.#current]) {
      if (!existsSync(path)) continue;
      const { uid, mode } = lstatSync(path);
      if (uid === process.geteuid?.() && (mode & 0o022) === 0) continue;
      throw new KernelError(
        'foreign-pins',
        `${path} belongs to user ${uid} (mode ${(mode & 0o777).toString(8)}): others can change what is pinned there, ` +
          'so nothing in it can be trusted. Find out who made it, remove it, and start again.',
      );
    }
  }

  /** Layouts of other versions of Sallyport that are pinned too: theirs are the programs in place, or were. */
  get others(): readonly string[] {
    return versionsIn(this.folder).filter((name) => name !== version);
  }

  /** What other versions have pinned; their programs live on where they are still attached. */
  removeOthers(): void {
    for (const name of this.others) removeFolder(join(this.folder, name));
  }

  /**
   * A map that is not there would be made anew and empty, beside those that hold the rules in force.
   * @throws KernelError `foreign-pins`
   */
  checkWhole(): void {
    if (!this.exist) return;
    const missing = mapNames.filter((name) => !existsSync(join(this.#current, name)));
    if (missing.length === 0) return;
    throw new KernelError(
      'foreign-pins',
      `${this.#current} lacks ${missing.join(', ')}, which somebody has removed. What is in force stays so. ` +
        'To begin anew: switch forwarding off, `sallyport-gateway detach`, start again, ' +
        'and switch forwarding on when it enforces.',
    );
  }

  /** The descriptor of a pinned map, which the caller closes; undefined where there is none. */
  findMap(name: MapName): number | undefined {
    const path = join(this.#current, name);
    return existsSync(path) ? checked(`opening ${path}`, libbpf().get(path)) : undefined;
  }

  /** Opens what is pinned, to read it. @throws KernelError `not-running`, `foreign-pins`, `layout-version` */
  openMaps(): Maps {
    this.checkOwner();
    if (!this.exist && this.others.length > 0) {
      throw new KernelError(
        'layout-version',
        `${this.folder} holds maps of layout ${this.others.join(', ')}, which are in force; this version of ` +
          `sallyport-gateway reads ${version}. \`sallyport-gateway run\` changes over (docs/gateway.md, "Upgrades").`,
      );
    }
    if (!this.exist) {
      throw new KernelError(
        'not-running',
        `No gateway is in force: ${this.folder} does not exist.`,
      );
    }
    return typedMaps((name) => {
      const fd = this.findMap(name);
      if (fd === undefined)
        throw new KernelError('not-running', `${this.folder} lacks map ${name}.`);
      return fd;
    });
  }

  /** All or nothing: a crash half-way leaves a folder that the next start removes. */
  pinAll({ maps, programs }: ProgramObject): void {
    this.removeUnfinished();
    const unfinished = join(this.folder, `unfinished-${process.pid}`);
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    for (const name of mapNames) pin(maps[name].fd, join(unfinished, name));
    pinPrograms(programs, unfinished);
    renameSync(unfinished, this.#current);
  }

  /** The programs of this process in the place of an earlier one's. */
  replacePrograms(programs: ProgramObject['programs']): void {
    for (const name of programNames) {
      const path = join(this.#current, `program_${name}`);
      if (existsSync(path)) unlinkSync(path);
    }
    pinPrograms(programs, this.#current);
  }

  /** Pins that are gone, or stand for something else. @throws KernelError */
  foreign(object: ProgramObject): string[] {
    return this.#all(object)
      .filter(([path, fd]) => !isPinOf(path, fd))
      .map(([path]) => path);
  }

  /** Puts ours in their place again. @throws KernelError */
  restore(object: ProgramObject): void {
    mkdirSync(this.#current, { recursive: true, mode: 0o700 });
    for (const [path, fd] of this.#all(object)) {
      if (isPinOf(path, fd)) continue;
      if (existsSync(path)) unlinkSync(path);
      pin(fd, path);
    }
  }

  removeUnfinished(): void {
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) {
      if (name.startsWith('unfinished-')) removeFolder(join(this.folder, name));
    }
  }

  /** Whatever version they are of. @returns whether there was anything */
  remove(): boolean {
    if (!existsSync(this.folder)) return false;
    for (const name of readdirSync(this.folder)) removeFolder(join(this.folder, name));
    rmdirSync(this.folder);
    return true;
  }

  #all({ maps, programs }: ProgramObject): [path: string, fd: number][] {
    const loaded = programNames.filter((name) => programs[name] >= 0);
    return [
      ...mapNames.map((name): [string, number] => [join(this.#current, name), maps[name].fd]),
      ...loaded.map((name): [string, number] => [
        join(this.#current, `program_${name}`),
        programs[name],
      ]),
    ];
  }

  get #current(): string {
    return join(this.folder, version);
  }
}

function versionsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^v\d+$/.test(name)) : [];
}

function isPinOf(path: string, fd: number): boolean {
  if (!existsSync(path)) return false;
  const pinned = libbpf().get(path);
  if (pinned < 0) return false;
  try {
    return objectId(pinned) === objectId(fd);
  } finally {
    closeSync(pinned);
  }
}

function pin(fd: number, path: string): void {
  checked(`pinning ${path}`, libbpf().pin(fd, path));
}

function pinPrograms(programs: Readonly<Record<ProgramName, number>>, folder: string): void {
  for (const name of programNames) {
    if (programs[name] >= 0) pin(programs[name], join(folder, `program_${name}`));
  }
}

/** The BPF file system knows no recursive removal by one call; its folders here are flat. */
function removeFolder(folder: string): void {
  for (const name of readdirSync(folder)) unlinkSync(join(folder, name));
  rmdirSync(folder);
}
