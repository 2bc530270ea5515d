import type { Verdict } from '../rules/index.ts';
import { FlowLineError } from './flow-line-error.ts';
import { type FlowLine, parseFlowLine } from './parse-flow-line.ts';
import { type Line, longestLine, splitLines } from './split-lines.ts';
import { errorLine, verdictLine } from './verdict-line.ts';

/** Answers one flow or question: the reference evaluator, or the kernel. */
export type Decider = (item: FlowLine) => Verdict | Promise<Verdict>;

export interface Answer {
  /** Line of the input that this answers, from 1. */
  readonly line: number;
  /** One line of JSON without its end: a verdict, or an error in its place. */
  readonly text: string;
  readonly error?: FlowLineError;
}

/**
 * Answers lines of flows and questions in their order, one at a time, however long the input.
 * @param input Text in pieces of any size, as from a stream with an encoding.
 * @param render How a verdict is written, on one line.
 * @throws What the decider throws; a line that is no flow is answered by an error and does not end the rest.
 */
export async function* decideLines(
  input: AsyncIterable<string>,
  decider: Decider,
  render: (verdict: Verdict) => string = verdictLine,
): AsyncGenerator<Answer> {
  for await (const line of splitLines(input)) {
    const item = parseLine(line);
    yield item instanceof FlowLineError
      ? { line: line.number, text: errorLine(line.number, item), error: item }
      : { line: line.number, text: render(await decider(item)) };
  }
}

function parseLine({ text }: Line): FlowLine | FlowLineError {
  try {
    if (text !== undefined) return parseFlowLine(text);
  } catch (error) {
    if (error instanceof FlowLineError) return error;
    throw error;
  }
  return new FlowLineError(
    `The line is longer than ${longestLine} characters`,
    'Write one JSON object on each line.',
  );
}
