import type { Flow, Question } from '../rules/index.ts';
import { FlowLineError } from './flow-line-error.ts';
import { parseFlow } from './parse-flow.ts';
import { parseQuestion } from './parse-question.ts';

/** What one line asks about. */
export type FlowLine = Flow | Question;

export function isQuestion(item: FlowLine): item is Question {
  return 'type' in item;
}

/**
 * One line of JSON: a flow, or a question where it has the field `question`.
 * @throws {FlowLineError} with what to do about it.
 */
export function parseFlowLine(text: string): FlowLine {
  return parseFlowValue(parseJson(text));
}

/** As {@link parseFlowLine}, from a value that is parsed already. */
export function parseFlowValue(value: unknown): FlowLine {
  const asks = typeof value === 'object' && value !== null && 'question' in value;
  return asks ? parseQuestion(value) : parseFlow(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FlowLineError('This is not JSON', 'Write one JSON object on each line.');
  }
}
