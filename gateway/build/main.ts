import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { renderHeader } from '../layout/index.ts';

// Generates the shared header and compiles the eBPF object: `node gateway/build/main.ts`.
const bpf = join(import.meta.dirname, '..', 'bpf');
const build = join(bpf, 'build');
const clang = process.env.CLANG ?? 'clang';

await mkdir(build, { recursive: true });
await writeFile(join(build, 'layout.h'), renderHeader());
const flags =
  '-target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter'.split(' ');
// Debian keeps asm/types.h under the machine's own triplet, where clang does not look for a bpf target.
const { stdout: triplet } = await execa('cc', ['-dumpmachine'], { reject: false });
const include = [
  '-I',
  build,
  '-I',
  `/usr/include/${triplet || `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`}`,
];
for (const name of ['sallyport', 'bench', 'traffic']) {
  const source = join(bpf, `${name}.bpf.c`);
  const args = [...flags, ...include, '-c', source, '-o', join(build, `${name}.bpf.o`)];
  await execa(clang, args, { stdio: 'inherit' });
}
