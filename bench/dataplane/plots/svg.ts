type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG as text. */
export function element(tag: string, attributes: Attributes, ...content: string[]): string {
  const list = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${text(String(value))}"`,
  );
  return `<${tag}${list.join('')}>${content.join('')}</${tag}>`;
}

export function label(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x: round(x), y: round(y), ...attributes }, text(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element('line', {
    x1: round(x1),
    y1: round(y1),
    x2: round(x2),
    y2: round(y2),
    class: kind,
  });
}

/** A whole drawing, in the reader's colours: light or dark. */
export function drawing(width: number, height: number, title: string, content: readonly string[]) {
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': title,
    },
    element('style', {}, style),
    ...content.map((part) => `\n${part}`),
  )}\n`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** How many colours there are; the first is for what the drawing is about. */
export const COLOURS = 6;

// Okabe and Ito's palette, which colour-blind readers can tell apart too; on dark ground a little lighter.
const light = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#767676'];
const dark = ['#56b4e9', '#ff8c42', '#2dd4a3', '#e59ac4', '#e6c229', '#9a9a9a'];
const colours = (list: readonly string[]) =>
  list.map((colour, i) => `.c${i}{stroke:${colour}}.f${i}{fill:${colour}}`).join('');

const style = `
text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:13px}.quiet{fill:#57606a}
.end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:#d0d7de;stroke-width:1}
.series{fill:none;stroke-width:1.5}.own{stroke-width:3}.dashed{stroke-dasharray:5 3}.range{stroke-width:1.5;opacity:.6}
${colours(light)}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.grid{stroke:#3d444d}${colours(dark)}}
`;
