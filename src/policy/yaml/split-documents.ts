import { type CST, Lexer, Parser } from 'yaml';
import { limits } from '../limits.ts';

/** The tokens of one document of a file. */
export interface DocumentTokens {
  readonly document: CST.Document;
  readonly directives: readonly CST.Directive[];
  readonly ends: readonly CST.DocumentEnd[];
  /** Tokens outside the grammar follow it: part of what was meant is missing. */
  readonly broken: boolean;
}

export interface SplitFile {
  readonly documents: readonly DocumentTokens[];
  /** The first token outside the grammar in each stretch of such. */
  readonly errors: readonly CST.ErrorToken[];
  /** Offsets at which documents were given up for their depth. */
  readonly tooDeep: readonly number[];
  /** Directives that no document follows. */
  readonly unused: readonly CST.Directive[];
}

/** Reads a file into the tokens of its documents. Neither throws nor recurses, whatever the text. */
export function splitDocuments(text: string): SplitFile {
  const collector = new TokenCollector();
  const tooDeep: number[] = [];
  for (let start = 0; start < text.length; ) {
    const depthReached = parseFrom(text, start, collector);
    if (depthReached === undefined) break;
    tooDeep.push(depthReached);
    start = nextDocument(text, depthReached);
  }
  const { documents, errors, directives } = collector;
  return { documents, errors, tooDeep, unused: directives };
}

// The document itself and a scalar stand on the parser's stack beside the collections. Exact counting is left to
// checkTokens; this bound only keeps a hostile file from filling the memory.
const maxStack = limits.nesting + 2;

/** The offset at which the parser was stopped, too deep in collections; `undefined` at the end of the text. */
function parseFrom(text: string, start: number, collector: TokenCollector): number | undefined {
  const parser = new Parser();
  parser.offset = start;
  for (const lexeme of new Lexer().lex(text.slice(start))) {
    for (const token of parser.next(lexeme)) collector.add(token);
    if (parser.stack.length > maxStack) return parser.offset;
  }
  for (const token of parser.end()) collector.add(token);
  return undefined;
}

function nextDocument(text: string, after: number): number {
  const marker = /^---(?=\s|$)/gm;
  marker.lastIndex = after;
  return marker.exec(text)?.index ?? text.length;
}

class TokenCollector {
  readonly documents: {
    document: CST.Document;
    directives: CST.Directive[];
    ends: CST.DocumentEnd[];
    broken: boolean;
  }[] = [];
  readonly errors: CST.ErrorToken[] = [];
  directives: CST.Directive[] = [];
  #afterError = false;

  add(token: CST.Token): void {
    if (token.type === 'error') {
      if (!this.#afterError) this.errors.push(token);
      this.#afterError = true;
      const last = this.documents.at(-1);
      if (last) last.broken = true;
    } else if (token.type === 'directive') {
      this.directives.push(token);
    } else if (token.type === 'doc-end') {
      this.documents.at(-1)?.ends.push(token);
    } else if (token.type === 'document') {
      this.documents.push({
        document: token,
        directives: this.directives,
        ends: [],
        broken: false,
      });
      this.directives = [];
      this.#afterError = false;
    }
  }
}
