export type Alignment = 'left' | 'right';

/** A Markdown table; cells must hold no line break and no bare pipe. */
export function table(
  columns: readonly (readonly [title: string, alignment: Alignment])[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(([, alignment]) => (alignment === 'right' ? '--:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** A part that the reader opens. The empty lines make its inside Markdown again. */
export function details(summaryHtml: string, body: string): string {
  return `<details><summary>${summaryHtml}</summary>\n\n${body}\n\n</details>`;
}
