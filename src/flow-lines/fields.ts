import { FlowLineError } from './flow-line-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {FlowLineError} where the value is no JSON object or has fields beside those known. */
export function toFields(value: unknown, what: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FlowLineError(`${what} is not a JSON object`, `Write one as {${sketch(known)}}.`);
  }
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new FlowLineError(
      `${what} has the unknown field ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      `Leave it out; the fields are ${known.join(', ')}.`,
    );
  }
  return value as Fields;
}

/** The text of a field, or undefined where it is absent. */
export function text(fields: Fields, name: string, example: string): string | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, value, 'text that is not empty', example);
}

/** The list of texts in a field, or undefined where it is absent. */
export function texts(fields: Fields, name: string, example: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) {
    return value;
  }
  throw wrong(name, value, 'a list of texts', example);
}

/** For a field whose value is not what it must be. */
export function wrong(name: string, value: unknown, must: string, example: string): FlowLineError {
  return new FlowLineError(
    `"${name}" is ${shown(value)}, which is not ${must}`,
    `Give ${must}, such as ${example}.`,
  );
}

export function missing(name: string, why: string, example: string): FlowLineError {
  return new FlowLineError(`"${name}" is missing`, `${why}: add "${name}": ${example}.`);
}

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function sketch(names: readonly string[]): string {
  return names.map((name) => `"${name}": …`).join(', ');
}
