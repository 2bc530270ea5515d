import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

/** One source file, by its path in the project, and what it imports: files by path, packages by name. */
interface Module {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** Files below folders of the project, by path; what is generated is left out. */
export function filesBelow(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1)),
    )
    .filter((path) => !/node_modules|\/bpf\/build\//.test(path))
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

// These stand inside of another part, and above it.
const parts = ['src/reach/report'];

/** The folder that counts as one part of the program: `src/policy`, however deep the file lies. */
function folderOf(path: string): string {
  const part = parts.find((folder) => path.startsWith(`${folder}/`));
  return part ?? path.split('/').slice(0, 2).join('/');
}

/** Every TypeScript module below some folders. */
export function modulesBelow(...folders: readonly string[]): Module[] {
  return filesBelow(...folders)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = textOf(path);
      const targets = [
        ...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm),
      ];
      const names = targets.map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '');
      const isFile = (name: string) => name.startsWith('.');
      return {
        path,
        folder: folderOf(path),
        text,
        files: names.filter(isFile).map((name) => normalize(join(dirname(path), name))),
        packages: names.filter((name) => !isFile(name)),
      };
    });
}

/** Imports that cross from one folder to another. */
export function crossings(modules: readonly Module[]) {
  return modules.flatMap(({ path, folder, files }) =>
    files
      .map((file) => ({ from: path, folder, file, target: folderOf(file) }))
      .filter(({ target }) => target !== folder),
  );
}
