import { describe, expect, it } from 'vitest';
import { markdownLines } from '../../lab/demo/index.ts';

const lines = (...markdown: string[]) =>
  markdownLines(markdown.join('\n'), (style, text) => `<${style}>${text}`);

describe('markdownLines', () => {
  it('shows neither markers nor link targets', () => {
    expect(lines('<!-- sallyport:impact -->', 'See [`a.yaml:3`](http://x/y#L3).')).toEqual([
      'See a.yaml:3.',
    ]);
  });

  it('sets tables in columns, numbers to the right', () => {
    expect(
      lines('| Agent | Denied |', '| --- | --: |', '| `a` | **3** |', '| `long-name` | 12 |'),
    ).toEqual(['<underline>Agent      Denied', 'a               3', 'long-name      12']);
  });

  it('takes a bar behind a backslash for part of a cell', () => {
    expect(lines('| A | B |', '| --- | --- |', '| x \\| y | z |')).toEqual([
      '<underline>A      B',
      'x | y  z',
    ]);
  });

  it('tells headings, items, folded parts and diffs apart', () => {
    expect(
      lines(
        '## Title',
        '- **one**',
        '<details><summary>More</summary>',
        '',
        '```diff',
        '+ a',
        '- b',
        ' c',
        '```',
        '',
        '</details>',
      ),
    ).toEqual([
      '<bold>Title',
      '• one',
      '<bold>▾ More',
      '',
      '<green>  + a',
      '<red>  - b',
      '<dim>   c',
    ]);
  });

  it('shows escaped characters as they are meant', () => {
    expect(lines('a \\* b &lt;c&gt; &amp;lt;')).toEqual(['a * b <c> &lt;']);
  });
});
