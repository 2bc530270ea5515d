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
import { laterProtocols } from './later.ts';
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
  oneOf: () => ({
    name: 'destination',
    message: 'a destination is exactly one of `host`, `cidr` and `any`',
    remedy: 'write one of them; use a clause for each destination',
    atKey: true,
  }),
  dependentRequired: ({ error }) => ({
    name: 'destination',
    message: `\`${error.params.property}\` goes with \`${error.params.missingProperty}\` only`,
    remedy: `remove \`${error.params.property}\`, or write a \`${error.params.missingProperty}\``,
    atKey: true,
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
  const later =
    path.at(-1) === 'protocol' &&
    typeof error.data === 'string' &&
    Object.hasOwn(laterProtocols, error.data)
      ? laterProtocols[error.data]
      : undefined;
  if (later) {
    return {
      name: 'laterValue',
      message: `protocol ${show(error.data)} is refused: this version cannot enforce ${later}`,
      remedy: 'write `tcp` with its ports; any TLS or none may then be spoken there',
    };
  }
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
  return {
    name: 'size',
    message: `${nameOf(path)} is ${show(error.data)}, which is not ${titleOf(error) ?? 'in range'}`,
    remedy: 'write a number in range',
  };
}

function titleOf({ parentSchema }: ErrorObject): string | undefined {
  return typeof parentSchema?.title === 'string' ? parentSchema.title : undefined;
}
