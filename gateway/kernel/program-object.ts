import { randomInt } from 'node:crypto';
import { closeSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { checked, KernelError } from './kernel-error.ts';
import { libbpf, type Pointer } from './libbpf.ts';
import { type MapName, type Maps, mapNames, typedMaps } from './maps.ts';
import { runSystemCall } from './test-run.ts';

export const programNames = [
  'sp_from_agent',
  'sp_to_agent',
  'sp_judge',
  'sp_empty',
  'sp_commit',
  'sp_set_clock',
  'sp_turn_window',
  'sp_set_reply_mark',
  'sp_start',
] as const;
/** What stands on an interface. sp_judge is the same for packets that are only asked about: one or the other is needed. */
export const interfacePrograms = ['sp_from_agent', 'sp_to_agent'] as const satisfies ProgramName[];
export type ProgramName = (typeof programNames)[number];

export interface LoadOptions {
  /** Entries of maps whose size depends on the machine or the rules. */
  readonly sizes?: Partial<Record<MapName, number>>;
  /** Descriptors of maps that are pinned already: the programs use these. They are closed. */
  readonly reuse?: (name: MapName) => number | undefined;
  /** Maps of another object, which goes on using them. */
  readonly shared?: Maps;
  /** Programs that are not needed: verifying them takes a while. */
  readonly leaveOut?: readonly string[];
}

/** The programs and their maps, loaded into the kernel. Gone on `close` unless pinned or attached. */
export interface ProgramObject {
  readonly maps: Maps;
  /** Descriptors; -1 of what was left out. */
  readonly programs: Readonly<Record<ProgramName, number>>;
  close(): void;
}

/** What the verifier says when a signal comes while it works, which takes most of a second. */
const EAGAIN = 11;
const MOST_TRIES = 10;
const LOG_SIZE = 1 << 20;

/** A loaded object file, by the names that it has in C. */
export interface LoadedFile {
  mapFd(name: string): number;
  programFd(name: string): number;
  /** Makes a program known to `ip` and `tc` under a path of the BPF file system. */
  pinProgram(name: string, path: string): void;
  close(): void;
}

/** Where a compiled object lies: beside the sources, or in the package. */
export function objectPath(name = 'sallyport'): string {
  return join(import.meta.dirname, '..', 'bpf', 'build', `${name}.bpf.o`);
}

/**
 * Opens, verifies and loads the gateway's programs.
 * @throws KernelError `no-object`, `no-privileges`, `load-refused` (with the verifier's last lines)
 */
export function loadObject(options: LoadOptions = {}, path = objectPath()): ProgramObject {
  const file = loadFile(path, options);
  setReplyMark(file);
  return {
    maps: typedMaps((name) => file.mapFd(name)),
    programs: Object.fromEntries(
      programNames.map((name) => [
        name,
        options.leaveOut?.includes(name) ? -1 : file.programFd(name),
      ]),
    ) as ProgramObject['programs'],
    close: file.close,
  };
}

/** What the programs know their own replies by: a number that no workload can guess. It stays with the maps. */
function setReplyMark(file: LoadedFile): void {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(randomInt(1, 2 ** 32));
  runSystemCall(file.programFd('sp_set_reply_mark'), mark);
}

/** Loads any object that is made of our maps. @throws KernelError as {@link loadObject} */
export function loadFile(path: string, options: LoadOptions = {}): LoadedFile {
  if (!existsSync(path)) {
    throw new KernelError('no-object', `${path} is missing. Build it with: npm run build:bpf`);
  }
  for (let tries = 1; ; tries++) {
    try {
      return openFile(path, options);
    } catch (error) {
      const wasInterrupted = error instanceof KernelError && error.errno === EAGAIN;
      if (!wasInterrupted || tries === MOST_TRIES) throw error;
    }
  }
}

function openFile(path: string, options: LoadOptions): LoadedFile {
  const lib = libbpf();
  const log = Buffer.alloc(LOG_SIZE);
  const object = lib.objectOpen(path, {
    sz: lib.sizeof('bpf_object_open_opts'),
    kernel_log_buf: log,
    kernel_log_size: LOG_SIZE,
    kernel_log_level: 0,
  });
  if (object === null) checked(`opening ${path}`, -lib.errno());
  try {
    prepareMaps(object, options);
    for (const name of options.leaveOut ?? []) {
      checked(`leaving out ${name}`, lib.setAutoload(lib.findProgram(object, name), false));
    }
    load(object, log);
  } catch (error) {
    lib.objectClose(object);
    throw error;
  }
  const programFd = (name: string) =>
    checked(`finding program ${name}`, lib.programFd(lib.findProgram(object, name)));
  return {
    mapFd: (name) => checked(`finding map ${name}`, lib.mapFd(lib.findMap(object, name))),
    programFd,
    pinProgram: (name, path) => {
      checked(`pinning ${path}`, lib.pin(programFd(name), path));
    },
    close: () => lib.objectClose(object),
  };
}

function prepareMaps(object: Pointer, { sizes = {}, reuse, shared }: LoadOptions): void {
  const lib = libbpf();
  for (const name of mapNames) {
    const map = lib.findMap(object, name);
    if (map === null) continue;
    const size = sizes[name];
    if (size !== undefined) checked(`sizing map ${name}`, lib.setMaxEntries(map, size));
    if (shared) checked(`sharing map ${name}`, lib.mapReuse(map, shared[name].fd));
    const fd = reuse?.(name);
    if (fd === undefined) continue;
    try {
      checked(`adopting map ${name}`, lib.mapReuse(map, fd));
    } finally {
      // libbpf has made its own.
      closeSync(fd);
    }
  }
}

function load(object: Pointer, log: Buffer): void {
  const result = libbpf().objectLoad(object);
  if (result >= 0) return;
  const end = log.indexOf(0);
  const lines = log.toString('utf8', 0, Math.max(end, 0)).trim().split('\n').slice(-8).join('\n');
  try {
    checked('loading the eBPF programs', result);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'no-privileges' && !lines) throw error;
    throw new KernelError(
      'load-refused',
      `The kernel refused the eBPF programs (${(error as Error).message}).\n${lines}`,
      { cause: error, errno: -result },
    );
  }
}
