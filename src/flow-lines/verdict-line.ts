import type { Verdict } from '../rules/index.ts';
import type { FlowLineError } from './flow-line-error.ts';

/** `noted` stands only where an audit guardrail has something to say. */
export function verdictLine({ decision, reason, clause, mode, noted }: Verdict): string {
  return JSON.stringify({ decision, reason, clause, mode, ...(noted === null ? {} : { noted }) });
}

/** Stands in the place of a verdict, so that the n-th line still answers the n-th. */
export function errorLine(line: number, { message, remedy }: FlowLineError): string {
  return JSON.stringify({ error: { line, message, remedy } });
}
