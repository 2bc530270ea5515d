import { join } from 'node:path';
import { compileObjects } from './compile.ts';

// Generates the shared header and compiles the eBPF objects: `node gateway/build/main.ts`.
const build = join(import.meta.dirname, '..', 'bpf', 'build');
await compileObjects(process.env.CLANG ?? 'clang', build, [
  'sallyport',
  'sidecar',
  'bench',
  'traffic',
]);
