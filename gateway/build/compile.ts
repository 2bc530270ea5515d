import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { renderHeader } from '../layout/index.ts';

const flags =
  '-target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter'.split(' ');

export interface CompileOptions {
  /** Where the C sources lie. */
  readonly sources?: string;
  /** Nothing is said of what clang refuses, beside the error. */
  readonly silent?: boolean;
}

/** Generates the shared header and compiles the eBPF objects into a folder. @throws ExecaError with clang's words */
export async function compileObjects(
  clang: string,
  out: string,
  names: readonly string[],
  { sources = join(import.meta.dirname, '..', 'bpf'), silent = false }: CompileOptions = {},
): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'layout.h'), renderHeader());
  // Debian keeps asm/types.h under the machine's own triplet, where clang does not look for a bpf target.
  const { stdout: triplet } = await execa('cc', ['-dumpmachine'], { reject: false });
  const machine = triplet || `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const include = ['-I', out, '-I', `/usr/include/${machine}`];
  for (const name of names) {
    const args = [...flags, ...include, '-c', join(sources, `${name}.bpf.c`)];
    await execa(clang, [...args, '-o', join(out, `${name}.bpf.o`)], {
      stderr: silent ? 'pipe' : ['pipe', 'inherit'],
    });
  }
}
