import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { keyPosition, type SourceDocument, valuePosition } from '../yaml/index.ts';
import { foreignFormat } from './foreign-formats.ts';
import { type Kind, kinds } from './schemas.ts';
import { show } from './show-value.ts';
import { suggest } from './suggest.ts';

const apiVersion = 'sallyport.dev/v1';

/** What a document claims to be: one of the kinds, or a problem that says why it is none. */
export function documentKind(document: SourceDocument): Kind | Problem {
  const { value } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return makeProblem(
      'notMapping',
      valuePosition(document, []),
      `a document is a mapping, not ${show(value)}`,
      'begin it with `apiVersion`, `kind`, `metadata` and `spec`',
    );
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const foreign = foreignFormat(fields, document.position(0).file);
  if (foreign) {
    return makeProblem(
      'foreignFormat',
      keyPosition(document, foreign.path),
      foreign.message,
      foreign.remedy,
    );
  }
  if (fields.apiVersion !== apiVersion) return wrongApiVersion(document, fields.apiVersion);
  const kind = kinds.find((known) => known === fields.kind);
  return kind ?? wrongKind(document, fields.kind);
}

function wrongApiVersion(document: SourceDocument, found: unknown): Problem {
  const message =
    found === undefined
      ? 'the document has no `apiVersion`: it is no Sallyport policy'
      : `the apiVersion ${show(found)} is not one that this version reads`;
  return makeProblem(
    'apiVersion',
    valuePosition(document, ['apiVersion']),
    message,
    `write \`apiVersion: ${apiVersion}\`, or move the file out of the policy folder`,
  );
}

function wrongKind(document: SourceDocument, found: unknown): Problem {
  const position = valuePosition(document, ['kind']);
  const possible = kinds.map((kind) => `\`${kind}\``).join(', ');
  if (found === undefined) {
    return makeProblem(
      'kind',
      position,
      'the document has no `kind`',
      `add \`kind\`: ${possible} are possible`,
    );
  }
  const suggestion = typeof found === 'string' ? suggest(found, kinds) : undefined;
  return makeProblem(
    'kind',
    position,
    `the kind ${show(found)} does not exist`,
    suggestion ? `did you mean \`${suggestion}\`?` : `${possible} are possible`,
  );
}
