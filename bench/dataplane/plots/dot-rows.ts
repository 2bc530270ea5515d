import { drawing, element, label, line, round } from './svg.ts';

export interface DotRows {
  readonly title: string;
  readonly xLabel: string;
  /** What the dots of a row are, in order; smaller to larger. */
  readonly marks: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly colour: number;
    readonly values: readonly number[];
  }[];
}

const WIDTH = 860;
const LEFT = 230;
const RIGHT = 60;
const TOP = 62;
const ROW = 30;

/** A row for each, with its values as dots on one linear axis from 0. */
export function dotRows({ title, xLabel, marks, rows }: DotRows): string {
  const highest = Math.max(...rows.flatMap(({ values }) => values));
  const step = stepFor(highest);
  const end = Math.ceil(highest / step) * step;
  const x = (value: number) => LEFT + (value / end) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + ROW * rows.length;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  const sizes = marks.map((_, i) => (i === 0 ? 6 : 4));
  return drawing(WIDTH, bottom + 46, title, [
    label(12, 20, title, { class: 'title' }),
    label(LEFT, 42, `dots from left to right: ${marks.join(', ')}`, { class: 'quiet' }),
    ...ticks.map((value) => line(x(value), TOP - 8, x(value), bottom, 'grid')),
    ...ticks.map((value) =>
      label(x(value), bottom + 16, Number(value.toPrecision(6)).toLocaleString('en'), {
        class: 'middle quiet',
      }),
    ),
    label((LEFT + WIDTH - RIGHT) / 2, bottom + 36, xLabel, { class: 'middle quiet' }),
    ...rows.map(({ name, colour, values }, i) => {
      const y = TOP + ROW * i + ROW / 2 - 4;
      const dots = values.map((value, at) =>
        element('circle', { cx: round(x(value)), cy: y, r: sizes[at] ?? 4, class: `f${colour}` }),
      );
      const range = line(x(Math.min(...values)), y, x(Math.max(...values)), y, `range c${colour}`);
      return label(LEFT - 10, y + 4, name, { class: 'end' }) + range + dots.join('');
    }),
  ]);
}

/** About six steps of 1, 2 or 5. */
function stepFor(highest: number): number {
  const ten = 10 ** Math.floor(Math.log10(highest / 6 || 1));
  return ([1, 2, 5, 10].find((n) => highest / (n * ten) <= 7) ?? 10) * ten;
}
