import { type CST, Parser } from 'yaml';

/** The tokens of one document of a file. */
export interface DocumentTokens {
  readonly document: CST.Document;
  readonly directives: readonly CST.Directive[];
  readonly ends: readonly CST.DocumentEnd[];
}

export interface SplitFile {
  readonly documents: readonly DocumentTokens[];
  /** The first token outside the grammar in each stretch of such. */
  readonly errors: readonly CST.ErrorToken[];
  readonly lineStarts: readonly number[];
}

/** Reads a file into the tokens of its documents. Neither throws nor recurses, whatever the text. */
export function splitDocuments(text: string): SplitFile {
  const lineStarts: number[] = [];
  const documents: {
    document: CST.Document;
    directives: CST.Directive[];
    ends: CST.DocumentEnd[];
  }[] = [];
  const errors: CST.ErrorToken[] = [];
  let directives: CST.Directive[] = [];
  let afterError = false;
  const parser = new Parser((offset) => lineStarts.push(offset));
  for (const token of parser.parse(text)) {
    if (token.type === 'error') {
      if (!afterError) errors.push(token);
      afterError = true;
      continue;
    }
    if (token.type === 'directive') directives.push(token);
    if (token.type === 'doc-end') documents.at(-1)?.ends.push(token);
    if (token.type === 'document') {
      documents.push({ document: token, directives, ends: [] });
      directives = [];
      afterError = false;
    }
  }
  return { documents, errors, lineStarts };
}
