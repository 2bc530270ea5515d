import { type Question, questionTypeCode } from '../rules/index.ts';
import { type Fields, missing, text, texts, toFields, wrong } from './fields.ts';
import { parseInstant } from './parse-instant.ts';
import { lowerCaseAscii, parseName, withoutTrailingDot } from './parse-name.ts';

/**
 * A name that no client should ask for is not refused here: what becomes of it is for the rules to say.
 * @throws {FlowLineError}
 */
export function parseQuestion(value: unknown): Question {
  const line = toFields(value, 'The question line', ['agent', 'question']);
  const agent = text(line, 'agent', '"invoice-processor"');
  if (agent === undefined) throw missing('agent', 'A question has a sender', '"my-agent"');
  const question = toFields(line.question, '"question"', ['name', 'type', 'names', 'at']);
  const name = text(question, 'name', '"api.example.com"');
  if (name === undefined) throw missing('name', 'A question has a name', '"api.example.com"');
  const at = parseInstant(question);
  const names = texts(question, 'names', '["api.example.com"]')?.map(parseName);
  return {
    agent,
    name: withoutTrailingDot(lowerCaseAscii(name)),
    type: parseType(question),
    ...(names ? { names } : {}),
    ...(at === undefined ? {} : { at }),
  };
}

function parseType({ type }: Fields): string | number {
  if (type === undefined) throw missing('type', 'A question has a record type', '"A"');
  const known = typeof type === 'string' ? type.toUpperCase() : type;
  if (typeof known === 'string' || typeof known === 'number') {
    if (questionTypeCode(known) !== undefined) return known;
  }
  throw wrong('type', type, 'a DNS record type by name, as TYPE123 or as a number', '"AAAA"');
}
