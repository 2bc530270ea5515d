import type { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Markdown as GitHub would show it, for a terminal: the parts of the language that the bot's comments use. */
export function markdownLines(markdown: string, paint: Paint): string[] {
  const lines: string[] = [];
  let table: string[][] = [];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    const cells = isCode ? undefined : cellsOf(line);
    if (cells) {
      table.push(cells);
      continue;
    }
    lines.push(...tableLines(table, paint));
    table = [];
    if (line.startsWith('```')) isCode = !isCode;
    else if (isCode) lines.push(codeLine(line, paint));
    else lines.push(...proseLine(line, paint));
  }
  lines.push(...tableLines(table, paint));
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
    .split('\n');
}

function proseLine(line: string, paint: Paint): string[] {
  // Marks that GitHub does not show either.
  if (/^<!--.*-->$/.test(line) || line === '</details>') return [];
  const [, summary] = /^<details><summary>(.*)<\/summary>$/.exec(line) ?? [];
  if (summary !== undefined) return [paint('bold', `▾ ${plain(summary)}`)];
  const [, heading] = /^#{1,6} (.*)$/.exec(line) ?? [];
  if (heading !== undefined) return [paint('bold', plain(heading))];
  const [, item] = /^- (.*)$/.exec(line) ?? [];
  return [item === undefined ? plain(line) : `• ${plain(item)}`];
}

function codeLine(line: string, paint: Paint): string {
  const text = `  ${line}`;
  if (line.startsWith('+')) return paint('green', text);
  return line.startsWith('-') ? paint('red', text) : paint('dim', text);
}

function cellsOf(line: string): string[] | undefined {
  if (!/^\|.*\|$/.test(line)) return undefined;
  // A bar inside a cell is written with a backslash before it.
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function tableLines([head, rule, ...body]: readonly string[][], paint: Paint): string[] {
  if (!head || !rule) return [];
  const rows = [head, ...body].map((row) =>
    row.map((cell) => plain(cell.replaceAll('<br>', ', '))),
  );
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const texts = rows.map((row) =>
    row
      .map((cell, i) =>
        rule[i]?.endsWith(':') ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return texts.map((text, i) => (i === 0 ? paint('underline', text) : text));
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Without what marks it up. Links lose their targets. */
function plain(text: string): string {
  return text
    .replaceAll(/<\/?(?:code|sub|strong|em)>/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll(/`+/g, '')
    .replaceAll(/\\([\\|*_`[\]<>#])/g, '$1')
    .replaceAll(/&(lt|gt|amp|quot);/g, (_, name: string) => entities[name] ?? '');
}
