export type Progress = (text: string) => void;

/** What a part says in docs/performance.md, and the drawings that it shows, by file name. */
export interface Section {
  readonly text: string;
  readonly drawings: Readonly<Record<string, string>>;
}

/** Something that can be measured by itself. */
export interface DataPlanePart<Measured> {
  /** What it is called on the command line, and in the document's markers. */
  readonly name: string;
  readonly title: string;
  /** Programs it cannot do without, and the Debian package of each. */
  readonly needs: readonly (readonly [program: string, debianPackage: string])[];
  measure(progress: Progress): Promise<Measured>;
  render(measured: Measured): Section;
}
