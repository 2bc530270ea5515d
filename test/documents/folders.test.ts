import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDocument } from './document.ts';

const project = resolve(import.meta.dirname, '../..');

const folders = ['src', 'gateway', 'lab'].flatMap((parent) =>
  readdirSync(join(project, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`),
);

test.each(['CONTRIBUTING.md', 'docs/architecture.md'])(
  '%s says what is in every folder, and names none that is not there',
  (path) => {
    const rows = readDocument(path).split('\n');
    const listed = rows
      .filter((row) => /^\| `(src|gateway|lab)\//.test(row))
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
      .map(([, name = '']) => name);
    // Builds the programs; a reader of the architecture need not know.
    const expected = folders.filter((one) => one !== 'gateway/build' || path === 'CONTRIBUTING.md');
    expect(listed.toSorted()).toEqual(expected.toSorted());
  },
);
