import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

/** A document of the project, by its path. */
export function readDocument(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

/** What is written for readers: the project's own pages, and those in docs. */
export function documents(): string[] {
  const isPage = (name: string) => name.endsWith('.md');
  const inDocs = readdirSync(join(project, 'docs')).filter(isPage);
  return [...readdirSync(project).filter(isPage), ...inDocs.map((name) => `docs/${name}`)].sort();
}

/** Fenced blocks in their order, with their language. */
export function codeBlocks(text: string): { language: string; code: string }[] {
  const blocks = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', code = '']) => ({ language, code }));
}

/** Cells of all table rows, heads and rules left out. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  return lines
    .filter(
      (line, i) =>
        line.startsWith('|') && !line.startsWith('|--') && !lines[i + 1]?.startsWith('|--'),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The part under a heading, subsections included. */
export function section(text: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const after = text.split(`\n${heading}\n`)[1];
  if (after === undefined) throw new Error(`no section ${heading}`);
  return after.split(new RegExp(`\n#{1,${level}} `))[0] ?? '';
}
