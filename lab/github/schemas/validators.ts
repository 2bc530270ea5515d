import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A slice of an OpenAPI description, and validators of the schemas in it. */
export interface Description {
  /** The part of the description at a path of names; undefined: there is none. */
  readonly part: (...path: readonly string[]) => Json | undefined;
  /** The items of the list at a path; none where there is none. */
  readonly list: <Item>(...path: readonly string[]) => readonly Item[];
  /** What is wrong with a value by the schema that stands at the path; a line each. */
  readonly problems: (value: unknown, ...path: readonly string[]) => readonly string[];
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const formats = {
  'date-time': (text: string) => time.test(text) && !Number.isNaN(Date.parse(text)),
  email: /^[^@\s]+@[^@\s]+$/,
  int64: true,
  timestamp: (text: string) => time.test(text),
  uri: (text: string) => URL.canParse(text),
  'uri-template': true,
} as const;

/** OpenAPI 3.0's `nullable` as JSON Schema has it, and references by the name of the document. */
function asJsonSchema(value: Json, document: string): Json {
  if (Array.isArray(value)) return value.map((item) => asJsonSchema(item, document));
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, $ref, ...rest } = value;
  const schema = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [key, asJsonSchema(inner, document)]),
  );
  // An address that defaults to nothing is an empty string on GitHub, which is no URI.
  if (schema.format === 'uri' && schema.default === '') delete schema.format;
  if (typeof $ref === 'string') return { $ref: `${document}${$ref}` };
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

function told({ instancePath, message, params }: ErrorObject): string {
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
  return `${instancePath || 'the body'} ${message}${allowed}`;
}

function inside(at: Json | undefined, name: string): Json | undefined {
  return typeof at === 'object' && at !== null && !Array.isArray(at) ? at[name] : undefined;
}

/** Reads a slice that lies in this folder. */
export function readDescription(file: string): Description {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  const root = asJsonSchema(JSON.parse(text), file);
  const ajv = new Ajv2020({
    strict: false,
    formats,
    validateSchema: false,
    code: { optimize: false },
    inlineRefs: false,
  });
  ajv.addSchema(root as AnySchema, file);
  const validators = new Map<string, ValidateFunction>();

  const part = (...path: readonly string[]): Json | undefined =>
    path.reduce<Json | undefined>((at, name) => followed(inside(at, name)), root);

  const followed = (at: Json | undefined): Json | undefined => {
    const reference = inside(at, '$ref');
    if (typeof reference !== 'string') return at;
    return part(...reference.slice(file.length + 2).split('/'));
  };

  const validatorOf = (path: readonly string[]) => {
    const key = path.join(' ');
    const known = validators.get(key);
    if (known) return known;
    const validate = ajv.compile((part(...path) ?? {}) as AnySchema);
    validators.set(key, validate);
    return validate;
  };

  return {
    part,
    list: <Item>(...path: readonly string[]) => {
      const items = part(...path);
      return Array.isArray(items) ? items.map((item) => followed(item) as Item) : [];
    },
    problems: (value, ...path) => {
      const validate = validatorOf(path);
      return validate(value) ? [] : (validate.errors ?? []).map(told);
    },
  };
}
