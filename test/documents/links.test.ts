import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { documents, readDocument } from './document.ts';

const project = resolve(import.meta.dirname, '../..');

/** As GitHub makes them. */
function anchorsOf(path: string): string[] {
  const headings = [...readDocument(path).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(documents())('every link of %s leads somewhere', (path) => {
  const targets = [...readDocument(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  const dead = targets.filter((to) => {
    if (/^https?:/.test(to)) return false;
    const [file = '', anchor] = to.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(project, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});
