import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checked, KernelError } from './kernel-error.ts';
import { libbpf, type Pointer } from './libbpf.ts';
import { type MapName, type Maps, mapNames, typedMaps } from './maps.ts';

export const programNames = [
  'sp_from_agent',
  'sp_to_agent',
  'sp_judge',
  'sp_empty',
  'sp_commit',
  'sp_start',
] as const;
export type ProgramName = (typeof programNames)[number];

export interface LoadOptions {
  /** Entries of maps whose size depends on the machine or the rules. */
  readonly sizes?: Partial<Record<MapName, number>>;
  /** Descriptors of maps that are pinned already: the programs use these. */
  readonly reuse?: (name: MapName) => number | undefined;
}

/** The programs and their maps, loaded into the kernel. Gone on `close` unless pinned or attached. */
export interface ProgramObject {
  readonly maps: Maps;
  readonly programs: Readonly<Record<ProgramName, number>>;
  close(): void;
}

const LOG_SIZE = 1 << 20;

/** Where the compiled object lies: beside the sources, or in the package. */
export function objectPath(): string {
  return join(import.meta.dirname, '..', 'bpf', 'build', 'sallyport.bpf.o');
}

/**
 * Opens, verifies and loads the eBPF object.
 * @throws KernelError `no-object`, `no-privileges`, `load-refused` (with the verifier's last lines)
 */
export function loadObject(options: LoadOptions = {}): ProgramObject {
  const path = objectPath();
  if (!existsSync(path)) {
    throw new KernelError('no-object', `${path} is missing. Build it with: npm run build:bpf`);
  }
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
    load(object, log);
    return describe(object);
  } catch (error) {
    lib.objectClose(object);
    throw error;
  }
}

function prepareMaps(object: Pointer, { sizes = {}, reuse }: LoadOptions): void {
  const lib = libbpf();
  for (const name of mapNames) {
    const map = lib.findMap(object, name);
    const size = sizes[name];
    if (size !== undefined) checked(`sizing map ${name}`, lib.setMaxEntries(map, size));
    const fd = reuse?.(name);
    if (fd !== undefined) checked(`adopting map ${name}`, lib.mapReuse(map, fd));
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

function describe(object: Pointer): ProgramObject {
  const lib = libbpf();
  const programs = programNames.map((name) => [
    name,
    checked(`finding program ${name}`, lib.programFd(lib.findProgram(object, name))),
  ]);
  return {
    maps: typedMaps((name) => checked(`finding map ${name}`, lib.mapFd(lib.findMap(object, name)))),
    programs: Object.fromEntries(programs),
    close: () => lib.objectClose(object),
  };
}
