// Builds what the package ships into dist: JavaScript with declarations, JSON Schemas, eBPF sources and objects.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const bpf = join('gateway', 'bpf');
const compiled = ['sallyport', 'sidecar'].map((name) => join(bpf, 'build', `${name}.bpf.o`));

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

for (const name of readdirSync(join(root, bpf))) {
  if (['.c', '.h'].includes(extname(name))) copy(join(bpf, name));
}
for (const path of compiled) {
  if (existsSync(join(root, path))) copy(path);
  else
    console.error(
      `build: without ${path} (npm run build:bpf makes it): the package will only validate policies`,
    );
}

const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const path of Object.values(bin)) chmodSync(join(root, path), 0o755);

function copy(path) {
  cpSync(join(root, path), join(dist, path));
}
