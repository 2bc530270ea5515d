import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const lines = ['0.3', '0.4'] as const;
export type Line = (typeof lines)[number];

/** A version that each line has published. */
export const versions: Readonly<Record<Line, string>> = {
  '0.3': '0.3.1-beta',
  '0.4': '0.4.0-alpha.1',
};

const validators = new Map<string, ValidateFunction>();

/** What the published schema of the line has against a manifest; empty if nothing. */
export function schemaFaults(line: Line, manifest: string): string[] {
  return faults(`${line}/manifest`, parse(manifest), [`${line}/approval`]);
}

/** What the published schema has against an agent-hooks verdict. */
export function verdictFaults(verdict: unknown): string[] {
  return faults('hooks/verdict', verdict, []);
}

function faults(name: string, value: unknown, others: readonly string[]): string[] {
  const validate = validators.get(name) ?? validator(name, others);
  validators.set(name, validate);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function validator(name: string, others: readonly string[]): ValidateFunction {
  // Not strict: the schemas are others' and leave out types that they imply.
  const ajv = new Ajv2020({ strict: false });
  for (const other of others) ajv.addSchema(schema(other));
  return ajv.compile(schema(name));
}

function schema(name: string): object {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, 'schemas', `${name}.schema.json`), 'utf8'),
  );
}
