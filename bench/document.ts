import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '..', 'docs');
const path = join(docs, 'performance.md');

/** What the figures of a run were measured on. */
export function machineText(): string {
  return `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Linux ${release()}`;
}

/** Puts a part of docs/performance.md in the place of what stood between its markers. Other parts stay. */
export async function writeSection(name: string, text: string): Promise<void> {
  await writeFile(path, withSection(await readFile(path, 'utf8'), name, text));
}

/** @param file below docs */
export async function writeDrawing(file: string, text: string): Promise<void> {
  await writeFile(join(docs, file), text);
}

/** @throws Error for a document without the section's markers, each in a line of its own */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `\n<!-- end ${name} -->`];
  const [before, rest] = split(document, begin);
  const [, after] = split(rest, end);
  return `${before}${begin}\n${text.trim()}\n${end}${after}`;
}

function split(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  if (place < 0) throw new Error(`docs/performance.md has no line ${at.trim()}`);
  return [text.slice(0, place), text.slice(place + at.length)];
}
