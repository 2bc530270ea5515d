import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { commonSchema, type Kind, kindSchemas } from './schemas.ts';

// Beyond this many characters only the first error of a document is told: ajv takes time that grows with the square
// of the errors, and a file of nothing but errors would keep it busy for minutes.
const allErrorsUpTo = 64 * 1024;

const validators = new Map<string, ValidateFunction>();

/** Errors of a document's shape against the JSON Schema of its kind; none if it fits. */
export function schemaErrors(kind: Kind, value: unknown, characters: number): ErrorObject[] {
  const validate = validatorFor(kind, characters <= allErrorsUpTo);
  return validate(value) ? [] : (validate.errors ?? []);
}

function validatorFor(kind: Kind, allErrors: boolean): ValidateFunction {
  const name = `${kind} ${allErrors}`;
  const known = validators.get(name);
  if (known) return known;
  const ajv = new Ajv2020({
    allErrors,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    // Our own schemas: the tests hold them against the meta-schema, which takes longer to compile than they do.
    validateSchema: false,
  });
  ajv.addSchema(commonSchema, 'common.schema.json');
  const validate = ajv.compile(kindSchemas[kind]);
  validators.set(name, validate);
  return validate;
}
