import { drawing, element, label, line, round } from './svg.ts';

export interface Series {
  readonly name: string;
  /** Of the palette; 0 is for what the drawing is about. */
  readonly colour: number;
  readonly dashed: boolean;
  readonly points: readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
  /** Quartiles, drawn as a bar. */
  readonly low: number;
  readonly high: number;
}

export interface LinePanels {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Places on the x axis, in order, and what stands there. */
  readonly ticks: readonly (readonly [x: number, text: string])[];
  readonly panels: readonly { readonly title: string; readonly series: readonly Series[] }[];
}

const WIDTH = 860;
const PLOT = { top: 84, bottom: 310, left: 62, gap: 22 } as const;
const LEGEND = { top: 374, row: 20, column: 270 } as const;

/** Panels side by side with the same axes, y logarithmic, and one legend below. */
export function linePanels({ title, xLabel, yLabel, ticks, panels }: LinePanels): string {
  const all = panels.flatMap(({ series }) => series.flatMap(({ points }) => points));
  const scale = logScale(all.flatMap(({ low, high }) => [low, high]));
  const width = (WIDTH - PLOT.left - 12 - PLOT.gap * (panels.length - 1)) / panels.length;
  const xs = ticks.map(([x]) => Math.log10(x));
  const [first = 0, last = 1] = [Math.min(...xs), Math.max(...xs)];
  const content = panels.flatMap((panel, i) => {
    const left = PLOT.left + i * (width + PLOT.gap);
    const inner = width - 24;
    const x = (value: number) =>
      left + 12 + ((Math.log10(value) - first) / (last - first || 1)) * inner;
    return [
      label(left + width / 2, PLOT.top - 12, panel.title, { class: 'middle' }),
      ...scale.ticks.flatMap((value) => [
        line(left, scale.y(value), left + width, scale.y(value), 'grid'),
        ...(i === 0
          ? [
              label(left - 6, scale.y(value) + 4, value.toLocaleString('en'), {
                class: 'end quiet',
              }),
            ]
          : []),
      ]),
      ...ticks.map(([value, text]) =>
        label(x(value), PLOT.bottom + 16, text, { class: 'middle quiet' }),
      ),
      ...panel.series.map((series) => drawSeries(series, x, scale.y)),
    ];
  });
  const legend = legendOf(panels.flatMap(({ series }) => series));
  const height = LEGEND.top + LEGEND.row * Math.ceil(legend.length / 3);
  return drawing(WIDTH, height, title, [
    label(12, 20, title, { class: 'title' }),
    label(12, 40, yLabel, { class: 'quiet' }),
    ...content,
    label(WIDTH / 2, PLOT.bottom + 34, xLabel, { class: 'middle quiet' }),
    ...legend.map((series, i) => {
      const left = PLOT.left + (i % 3) * LEGEND.column;
      const y = LEGEND.top + Math.floor(i / 3) * LEGEND.row;
      return (
        line(left, y - 4, left + 26, y - 4, classOf(series)) + label(left + 32, y, series.name)
      );
    }),
  ]);
}

function legendOf(all: readonly Series[]): Series[] {
  return [...new Map(all.map((series) => [series.name, series])).values()];
}

function drawSeries(series: Series, x: (value: number) => number, y: (value: number) => number) {
  const { points, colour } = series;
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${round(x(p.x))} ${round(y(p.y))}`);
  const dots = points.map((p) =>
    element('circle', {
      cx: round(x(p.x)),
      cy: round(y(p.y)),
      r: colour === 0 ? 4 : 3,
      class: `f${colour}`,
    }),
  );
  const ranges = points.map((p) => line(x(p.x), y(p.low), x(p.x), y(p.high), `range c${colour}`));
  return (
    element('path', { d: path.join(''), class: classOf(series) }) + ranges.join('') + dots.join('')
  );
}

function classOf({ colour, dashed }: Series): string {
  return `series c${colour}${colour === 0 ? ' own' : ''}${dashed ? ' dashed' : ''}`;
}

/** 1, 2 and 5 of each power of ten that the values reach. What is not positive stands at the lowest mark. */
function logScale(values: readonly number[]) {
  const positive = values.filter((value) => value > 0);
  const lowest = Math.max(1, Math.min(...positive));
  const highest = Math.max(...positive, 10);
  const marks = [1, 10, 100, 1000, 10_000, 100_000].flatMap((ten) => [1, 2, 5].map((n) => n * ten));
  const from = marks.findLast((mark) => mark <= lowest) ?? 1;
  const to = marks.find((mark) => mark >= highest) ?? 100_000;
  const between = marks.filter((mark) => mark >= from && mark <= to);
  const ticks = between.length > 9 ? between.filter((mark) => /^10*$/.test(String(mark))) : between;
  const y = (value: number) => {
    const share = Math.log(Math.max(value, from) / from) / Math.log(to / from || 10);
    return PLOT.bottom - share * (PLOT.bottom - PLOT.top);
  };
  return { ticks, y };
}
