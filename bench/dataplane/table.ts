/** A table in GitHub's Markdown. */
export function tableText(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [columns, columns.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
