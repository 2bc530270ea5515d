import { Composer, type Document, type ParsedNode } from 'yaml';
import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import { checkDirectives } from './directives.ts';
import { PlainValueReader } from './plain-value.ts';
import { positionIn } from './position-in.ts';
import type { SourceDocument } from './source-document.ts';
import { type DocumentTokens, splitDocuments } from './split-documents.ts';
import { syntaxRemedy } from './syntax-remedy.ts';
import { checkTokens, type TokenFault, tooDeep } from './token-checks.ts';

export interface ReadDocuments {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** YAML 1.2 text to its documents (rules F1, F2). A broken document does not hide the others of its file. */
export function readDocuments(file: string, text: string): ReadDocuments {
  const split = splitDocuments(text);
  const position = positionIn(file, text);
  const problems: Problem[] = [];
  const report = ({ name, offset, message, remedy }: TokenFault) =>
    problems.push(makeProblem(name, position(offset), message, remedy));
  for (const { offset, message } of split.errors) report(syntaxFault(offset, message));
  for (const offset of split.tooDeep) report(tooDeep(offset));
  const [unused] = split.unused;
  if (unused) report(syntaxFault(unused.offset, 'no document follows this directive'));

  const documents: SourceDocument[] = [];
  for (const tokens of split.documents) {
    const early = [...checkDirectives(tokens.directives), ...checkTokens(tokens.document)];
    early.forEach(report);
    if (early.length > 0) continue;
    const composed = compose(tokens);
    if (!composed) continue;
    const [error] = [...composed.errors, ...composed.warnings];
    // Those that follow it are mostly about what the parser took the rest for.
    if (error) report(syntaxFault(error.pos[0], error.message, syntaxRemedy(error.code)));
    if (error || tokens.broken || isBlank(composed)) continue;
    const reader = new PlainValueReader();
    const converted = reader.read(composed.contents, composed.range[0]);
    reader.faults.forEach(report);
    if (!converted || reader.faults.length > 0) continue;
    const characters = composed.range[2] - composed.range[0];
    documents.push({ value: converted.value, root: converted.mark, characters, position });
  }
  return { documents, problems };
}

function compose({ document, ends }: DocumentTokens): Document.Parsed<ParsedNode> | undefined {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    // Compares every pair of keys; PlainValueReader finds duplicates in linear time.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [composed] = composer.compose([document, ...ends]);
  return composed;
}

/** Nothing but comments between two document markers. */
function isBlank({ contents }: Document.Parsed<ParsedNode>): boolean {
  return contents === null || (contents.range[0] === contents.range[1] && !contents.anchor);
}

function syntaxFault(
  offset: number,
  message: string,
  remedy = 'remove it, or correct what stands before it',
): TokenFault {
  return { name: 'yamlSyntax', offset, message, remedy };
}
