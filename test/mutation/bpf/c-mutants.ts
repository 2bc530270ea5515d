/** One small change of a C file. */
export interface CMutant {
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly at: number;
  readonly original: string;
  readonly replacement: string;
}

type Change = Pick<CMutant, 'operator' | 'at' | 'original' | 'replacement'>;

const otherComparisons: Readonly<Record<string, readonly string[]>> = {
  '==': ['!='],
  '!=': ['=='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
};

/** Every small change that is tried of a file, in its order. */
export function mutantsOf(file: string, text: string): CMutant[] {
  const code = blanked(text);
  const changes = [
    ...replaced(code, 'comparison', / (==|!=|<=|>=|<|>) /g, (op) => otherComparisons[op] ?? []),
    ...replaced(code, 'logic', / (&&|\|\|)\s/g, (op) => [op === '&&' ? '||' : '&&']),
    ...replaced(code, 'arithmetic', /[\w)\]] ([+-]) [\w(]/g, (op) => [op === '+' ? '-' : '+']),
    ...replaced(code, 'number', /(?<![\w.>[])((?:0x[\da-f]+|\d+))(?=(?:ULL)?\b(?!\]))/g, oneMore),
    ...replaced(code, 'reason', /\b(SP_REASON_[A-Z_]+)\b/g, otherReason),
    ...replaced(code, 'statement', statement, (_whole) => ['']),
    ...conditions(code),
  ];
  return changes
    .sort((a, b) => a.at - b.at)
    .map((change) => {
      // With the strings that `code` has not.
      const original = text.slice(change.at, change.at + change.original.length);
      return { file, line: lineAt(text, change.at), ...change, original };
    });
}

export function applied(text: string, { at, original, replacement }: CMutant): string {
  if (!text.startsWith(original, at)) throw new Error(`${original} is not at ${at}`);
  return text.slice(0, at) + replacement + text.slice(at + original.length);
}

/** An assignment or a call on a line of its own; a declaration begins with its type. */
const statement =
  /^\t+(?!return|break|continue|goto|struct|const|__u\d|__be\d|__s\d|int|long|void|enum|static|else|do|SP_MAP)((?:\*|c->|[a-z_]\w*)[^;{}\n]*(?:=|\+\+|--|\()[^;{}\n]*);$/gm;

function replaced(
  code: string,
  operator: string,
  pattern: RegExp,
  others: (found: string) => readonly string[],
): Change[] {
  return [...code.matchAll(pattern)].flatMap((match) => {
    const original = match[1] ?? '';
    const at = match.index + match[0].indexOf(original);
    return others(original).map((replacement) => ({ operator, at, original, replacement }));
  });
}

function oneMore(number: string): readonly string[] {
  return [String(BigInt(number) + 1n)];
}

function otherReason(reason: string): readonly string[] {
  return [reason === 'SP_REASON_NOT_READY' ? 'SP_REASON_MALFORMED' : 'SP_REASON_NOT_READY'];
}

/** What an `if` asks, the other way round, and never true: what it guards, a denial mostly, is dropped. */
function conditions(code: string): Change[] {
  return [...code.matchAll(/\bif \(/g)].flatMap((match) => {
    const at = match.index + match[0].length;
    const original = code.slice(at, closingAt(code, at));
    const change = { operator: 'condition', at, original };
    return [
      { ...change, replacement: `!(${original})` },
      { ...change, replacement: '0' },
    ];
  });
}

function closingAt(code: string, from: number): number {
  for (let at = from, depth = 1; at < code.length; at++) {
    if (code[at] === '(') depth++;
    if (code[at] === ')' && --depth === 0) return at;
  }
  throw new Error('a parenthesis that does not close');
}

/** Comments, strings and what is for the preprocessor, as spaces: everything else stays where it was. */
function blanked(text: string): string {
  const spaces = (found: string) => found.replace(/[^\n]/g, ' ');
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"/g, spaces)
    .replace(/^#(?:.*\\\n)*.*$/gm, spaces);
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
