/** A line that is no flow and no question. */
export class FlowLineError extends Error {
  override readonly name = 'FlowLineError';
  /** What to do about it. */
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
