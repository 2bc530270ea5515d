import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { keyPosition, type SourceDocument } from '../yaml/index.ts';
import { describeError } from './describe-error.ts';
import { misplacedField } from './misplaced-fields.ts';
import type { Kind } from './schemas.ts';
import { nameOf } from './show-value.ts';
import { suggest } from './suggest.ts';
import { schemaErrors } from './validate.ts';

/** What is wrong with the shape of a document of a known kind, in words and with places. */
export function shapeProblems(kind: Kind, document: SourceDocument): Problem[] {
  const errors = schemaErrors(kind, document.value, document.characters).filter(isCause);
  const unknown = errors.filter(({ keyword }) => keyword === 'additionalProperties');
  const problems = unknown.map((error) => unknownField(kind, document, error));
  const wrongChoices = new Set(errors.filter(isChoice).map(({ instancePath }) => instancePath));
  for (const error of errors) {
    const follows =
      followsFromUnknown(kind, error, unknown) ||
      (error.keyword === 'dependentRequired' && wrongChoices.has(error.instancePath));
    if (error.keyword === 'additionalProperties' || follows) continue;
    problems.push(describeError(document, pathToBlame(error), error));
  }
  return problems;
}

/**
 * Errors inside `oneOf`, `anyOf` and the wrapper of `propertyNames` only repeat another error, and so does a choice
 * among fields where there is no mapping at all.
 */
function isCause(error: ErrorObject): boolean {
  const { keyword, schemaPath, data } = error;
  if (isChoice(error)) return typeof data === 'object' && data !== null && !Array.isArray(data);
  return (
    keyword !== 'if' && keyword !== 'propertyNames' && !/\/(?:oneOf|anyOf)\/\d/.test(schemaPath)
  );
}

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === 'oneOf' || keyword === 'anyOf';
}

/** A misspelt or misplaced field often stands for what then seems to be missing in the same object. */
function followsFromUnknown(
  kind: Kind,
  error: ErrorObject,
  unknown: readonly ErrorObject[],
): boolean {
  const here = unknown.filter(({ instancePath }) => instancePath === error.instancePath);
  if (isChoice(error)) return here.length > 0;
  if (error.keyword !== 'required') return false;
  const missing: string = error.params.missingProperty;
  return here.some((other) => {
    const field: string = other.params.additionalProperty;
    const meant = misplacedField(kind, steps(other), field)?.meant ?? fieldSuggestion(other);
    return meant === missing;
  });
}

function unknownField(kind: Kind, document: SourceDocument, error: ErrorObject): Problem {
  const field: string = error.params.additionalProperty;
  const path = steps(error);
  const position = keyPosition(document, [...path, field]);
  const misplaced = misplacedField(kind, path, field);
  if (misplaced) {
    return makeProblem('misplacedField', position, misplaced.message, misplaced.remedy);
  }
  const suggestion = fieldSuggestion(error);
  return makeProblem(
    'unknownField',
    position,
    `unknown field \`${field}\` in ${nameOf(path)}`,
    suggestion
      ? `did you mean \`${suggestion}\`?`
      : `possible here: ${fieldsOf(error)
          .map((name) => `\`${name}\``)
          .join(', ')}`,
  );
}

function fieldSuggestion(error: ErrorObject): string | undefined {
  return suggest(error.params.additionalProperty, fieldsOf(error));
}

function fieldsOf({ parentSchema }: ErrorObject): string[] {
  return Object.keys(parentSchema?.properties ?? {});
}

/** Where an error is to be mended: at the key itself if one is to blame, else at the value that fails. */
function pathToBlame(error: ErrorObject): string[] {
  const key =
    error.propertyName ??
    (error.keyword === 'dependentRequired' ? error.params.property : undefined);
  return key === undefined ? steps(error) : [...steps(error), key];
}

/** The path of an error: a JSON pointer (RFC 6901) taken apart. */
function steps({ instancePath }: Pick<ErrorObject, 'instancePath'>): string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
