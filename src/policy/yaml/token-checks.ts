import type { CST } from 'yaml';
import { limits } from '../limits.ts';
import type { ProblemName } from '../problem-codes.ts';

/** A fault found in the raw tokens; a document that has one is not composed. */
export interface TokenFault {
  readonly name: ProblemName;
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
}

// The tags of the YAML 1.2 core schema say nothing that a reader of the file could misread.
const coreTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].flatMap((name) => [
    `!!${name}`,
    `!<tag:yaml.org,2002:${name}>`,
  ]),
);

/**
 * Checks what must hold before the recursive composer may see a document: bounded depth (rule F2), no custom tags.
 * Walks with its own stack, so that no nesting can exhaust the call stack. Reports the first fault of each sort.
 */
export function checkTokens(document: CST.Document): TokenFault[] {
  const faults = new Map<ProblemName, TokenFault>();
  const report = (fault: TokenFault) => {
    if (!faults.has(fault.name)) faults.set(fault.name, fault);
  };
  checkProperties(document.start, report);
  const open: { token: CST.Token; depth: number }[] = [];
  if (document.value) open.push({ token: document.value, depth: 0 });
  for (let next = open.pop(); next; next = open.pop()) {
    const { token } = next;
    if (!('items' in token)) continue;
    const depth = next.depth + 1;
    if (depth > limits.nesting) {
      report(tooDeep(token.offset));
      continue;
    }
    // Pushed in reverse: the first fault in the text is found first.
    for (const item of token.items.toReversed()) {
      if (item.value) open.push({ token: item.value, depth });
      if (item.key) open.push({ token: item.key, depth });
    }
    for (const item of token.items) {
      checkProperties(item.start, report);
      if (item.sep) checkProperties(item.sep, report);
    }
  }
  return [...faults.values()];
}

export function tooDeep(offset: number): TokenFault {
  return {
    name: 'nesting',
    offset,
    message: `more than ${limits.nesting} collections are nested here`,
    remedy: 'no field of the language nests this deeply; remove the extra levels',
  };
}

function checkProperties(
  tokens: readonly CST.SourceToken[],
  report: (fault: TokenFault) => void,
): void {
  let anchors = 0;
  for (const { type, offset, source } of tokens) {
    if (type === 'tag' && !coreTags.has(source)) report(customTag(offset, source));
    if (type === 'newline') anchors = 0;
    if (type === 'anchor' && ++anchors > 1) {
      report({
        name: 'yamlSyntax',
        offset,
        message: 'a value can have one anchor only',
        remedy: `remove ${source} or the anchor before it`,
      });
    }
  }
}

function customTag(offset: number, tag: string): TokenFault {
  return {
    name: 'tag',
    offset,
    message: `the tag ${tag} is not one of YAML's core schema`,
    remedy: 'remove the tag; policies are plain data',
  };
}
