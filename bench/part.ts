/** Something that can be measured by itself. */
export interface Part {
  /** What it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** What it needs of the machine, if anything. */
  readonly needs?: string;
  measure(progress: (text: string) => void): Promise<Result>;
}

/** A table of figures and how they came about. */
export interface Result {
  readonly title: string;
  /** Method and unit, so that the figures can be judged. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}
