import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Position, Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import {
  keyPosition,
  type Path,
  type SourceDocument,
  valuePosition,
  writtenAt,
} from '../yaml/index.ts';
import { nameOf, show, typeName } from './show-value.ts';
import { suggest } from './suggest.ts';

/** One error of the JSON Schema as a problem that says what was found and what belongs there. */
export function describeError(document: SourceDocument, path: Path, error: ErrorObject): Problem {
  const describe = describers[error.keyword] ?? other;
  const { name, message, remedy, atKey } = describe({ document, path, error });
  const position: Position = atKey ? keyPosition(document, path) : valuePosition(document, path);
  return makeProblem(name, position, message, remedy);
}

interface Context {
  readonly document: SourceDocument;
  readonly path: Path;
  readonly error: ErrorObject;
}

interface Description {
  readonly name: ProblemName;
  readonly message: string;
  readonly remedy: string;
  /** The key is to blame, not its value. */
  readonly atKey?: boolean;
}

const describers: Readonly<Record<string, (context: Context) => Description>> = {
  required: ({ path, error }) => ({
    name: 'missingField',
    message: `${nameOf(path)} lacks the field \`${error.params.missingProperty}\``,
    remedy: `add \`${error.params.missingProperty}\``,
    atKey: true,
  }),
  type: wrongType,
  enum: wrongValue,
  const: ({ path, error }) => ({
    name: 'value',
    message: `${nameOf(path)} is ${show(error.data)}, and can only be ${show(error.params.allowedValue)}`,
    remedy: `write ${show(error.params.allowedValue)}`,
  }),
  pattern: wrongFormat,
  oneOf: ({ path, error }) => {
    const possible = alternatives(error);
    const stated = possible.filter((field) => Object.hasOwn(error.data as object, field));
    const found =
      stated.length === 0 ? `none of ${listed(possible, 'and')}` : listed(stated, 'and');
    const destination = possible.includes('cidr');
    return {
      name: destination ? 'destination' : 'alternatives',
      message: `${nameOf(path)} states ${found}, and must state exactly one${stated.length === 0 ? '' : ` of ${listed(possible, 'and')}`}`,
      remedy: destination
        ? 'write one of them; use a clause for each destination'
        : 'write one of them',
      atKey: true,
    };
  },
  anyOf: ({ path, error }) => ({
    name: 'missingField',
    message: `${nameOf(path)} has neither ${listed(alternatives(error), 'nor')}`,
    remedy: 'add one of them, or both',
    atKey: true,
  }),
  dependentRequired: ({ error }) => {
    const { property, missingProperty } = error.params;
    return {
      name: property === 'except' || property === 'paths' ? 'destination' : 'alternatives',
      message: `\`${property}\` goes with \`${missingProperty}\` only`,
      remedy: `remove \`${property}\`, or write a \`${missingProperty}\``,
      atKey: true,
    };
  },
  minProperties: ({ path }) => ({
    name: 'size',
    message: `${nameOf(path)} is an empty mapping`,
    remedy: 'add an entry, or remove the field if it is optional',
  }),
  uniqueItems: ({ path, error }) => ({
    name: 'size',
    message: `${nameOf(path)} has ${show((error.data as unknown[])[error.params.i])} twice`,
    remedy: 'remove one of them',
  }),
  minItems: ({ path }) => ({
    name: 'size',
    message: `${nameOf(path)} is an empty list`,
    remedy: 'add an item, or remove the field if it is optional',
  }),
  maxLength: ({ path, error }) => ({
    name: 'size',
    message: `${nameOf(path)} is longer than ${error.params.limit} characters`,
    remedy: 'shorten it',
  }),
  minimum: outOfRange,
  maximum: outOfRange,
};

function other({ path, error }: Context): Description {
  return {
    name: 'format',
    message: `${nameOf(path)} ${error.message ?? 'is not as it must be'}`,
    remedy: 'see docs/policy-language.md',
  };
}

function wrongType({ document, path, error }: Context): Description {
  const types: string[] = [error.params.type].flat();
  const wanted = titleOf(error) ?? types.map(typeName).join(' or ');
  const written = writtenAt(document, path);
  if (error.data === null) {
    return {
      name: 'type',
      message: `${nameOf(path)} is empty; it must be ${wanted}`,
      remedy: 'give it a value or remove it',
    };
  }
  const quotable = types.join() === 'string' && written !== undefined && written !== '';
  return {
    name: 'type',
    message: quotable
      ? `${nameOf(path)} must be ${wanted}, but YAML reads ${show(written)} as ${typeName(typeof error.data)}`
      : `${nameOf(path)} must be ${wanted}, not ${show(error.data)}`,
    remedy: quotable ? `put it in quotes: "${written}"` : `write ${wanted}`,
  };
}

function wrongValue({ path, error }: Context): Description {
  const allowed: unknown[] = error.params.allowedValues;
  const suggestion =
    typeof error.data === 'string' ? suggest(error.data, allowed.map(String)) : undefined;
  return {
    name: 'value',
    message: `${nameOf(path)} is ${show(error.data)}, and can only be ${allowed.map(show).join(', ')}`,
    remedy: suggestion ? `did you mean \`${suggestion}\`?` : 'write one of these',
  };
}

function wrongFormat({ path, error }: Context): Description {
  const wanted = titleOf(error) ?? 'as documented';
  if (error.propertyName !== undefined) {
    return {
      name: 'format',
      message: `the key ${show(error.propertyName)} is not ${wanted}`,
      remedy: 'rename it',
      atKey: true,
    };
  }
  return {
    name: 'format',
    message: `${nameOf(path)} is ${show(error.data)}, which is not ${wanted}`,
    remedy: `write ${wanted}`,
  };
}

function outOfRange({ path, error }: Context): Description {
  const wanted = titleOf(error) ?? 'a number in range';
  return {
    name: 'size',
    message: `${nameOf(path)} is ${show(error.data)}, which is not ${wanted}`,
    remedy: `write ${wanted}`,
  };
}

/** Names of the fields of which `oneOf` or `anyOf` asks for some. */
function alternatives({ schema }: ErrorObject): string[] {
  return (schema as { required?: string[] }[]).flatMap(({ required = [] }) => required);
}

function listed(names: readonly string[], word: 'and' | 'nor'): string {
  const quoted = names.map((name) => `\`${name}\``);
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(` ${word} `);
}

function titleOf({ parentSchema }: ErrorObject): string | undefined {
  return typeof parentSchema?.title === 'string' ? parentSchema.title : undefined;
}
