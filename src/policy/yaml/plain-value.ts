import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { limits } from '../limits.ts';
import type { ProblemName } from '../problem-codes.ts';
import type { Mark } from './source-document.ts';
import { type TokenFault, tooDeep } from './token-checks.ts';

interface Converted {
  readonly value: unknown;
  readonly mark: Mark;
}

const noParts: ReadonlyMap<string, Mark> = new Map();

// Twice the values that a file of the greatest size can hold without aliases.
const maxValues = limits.fileBytes;

/** Ends the conversion: what follows would only repeat the fault. */
class LimitReached extends Error {}

/**
 * A composed YAML tree as plain data with the place of every part. Objects have no prototype, so that no key
 * (`__proto__`, `constructor`) means anything. Aliases are expanded and counted (rule F2); duplicate keys, merge keys
 * and keys that are no strings are faults.
 */
export class PlainValueReader {
  readonly faults: TokenFault[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Node, Node>();
  readonly #open = new Set<Node>();
  /** Aliases expanded so far. */
  #expansions = 0;
  /** Aliases within which the reader stands; anchors inside an expansion have been met before. */
  #expanding = 0;
  #values = 0;

  /** `undefined` if a limit was reached; the fault then says which. */
  read(root: Node | null, offset: number): Converted | undefined {
    try {
      return this.#convert(root, { key: undefined, fallback: offset, depth: 0 });
    } catch (error) {
      if (error instanceof LimitReached) return undefined;
      throw error;
    }
  }

  #convert(node: Node | null, at: Place): Converted {
    if (++this.#values > maxValues)
      this.#stop('aliases', at.fallback, 'aliases expand to too much');
    if (node && isAlias(node)) return this.#expand(node, at);
    const range = node?.range;
    // An empty value has no text of its own: its key is the better place.
    const value = range && range[0] < range[1] ? range[0] : at.fallback;
    const key = at.key === undefined ? {} : { key: at.key };
    this.#remember(node);
    if (isMap(node) || isSeq(node)) {
      const depth = at.depth + 1;
      if (depth > limits.nesting) {
        this.faults.push(tooDeep(value));
        throw new LimitReached();
      }
      this.#open.add(node);
      const inside = isMap(node)
        ? this.#mapping(node, depth)
        : this.#sequence(node.items as (Node | null)[], value, depth);
      this.#open.delete(node);
      return { value: inside.value, mark: { value, ...key, parts: inside.parts } };
    }
    const scalar = isScalar(node) ? node.value : null;
    const written =
      isScalar(node) && typeof scalar !== 'string' && node.source !== undefined
        ? { written: node.source }
        : {};
    return { value: scalar, mark: { value, ...key, ...written, parts: noParts } };
  }

  #sequence(items: readonly (Node | null)[], offset: number, depth: number) {
    const parts = new Map<string, Mark>();
    const value = items.map((item, index) => {
      const converted = this.#convert(item, { key: undefined, fallback: offset, depth });
      parts.set(String(index), converted.mark);
      return converted.value;
    });
    return { value, parts };
  }

  #mapping(map: YAMLMap, depth: number) {
    const parts = new Map<string, Mark>();
    const value: Record<string, unknown> = Object.create(null);
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const offset = pair.key?.range?.[0] ?? map.range?.[0] ?? 0;
      const key = this.#key(pair.key, offset);
      if (key === undefined) continue;
      if (parts.has(key)) {
        this.#fault(
          'duplicateKey',
          offset,
          `the key ${quote(key)} stands twice in this mapping`,
          'keep one of them',
        );
        continue;
      }
      const converted = this.#convert(pair.value, { key: offset, fallback: offset, depth });
      parts.set(key, converted.mark);
      value[key] = converted.value;
    }
    return { value, parts };
  }

  #remember(node: Node | null): void {
    if (this.#expanding > 0 || !(isScalar(node) || isMap(node) || isSeq(node))) return;
    if (node.anchor) this.#anchors.set(node.anchor, node);
  }

  #key(node: Node | null, offset: number): string | undefined {
    this.#remember(node);
    if (isScalar(node) && typeof node.value === 'string') {
      if (node.value !== '<<' || node.type !== 'PLAIN') return node.value;
      this.#fault(
        'mergeKey',
        offset,
        'merge keys (`<<`) are not part of YAML 1.2',
        'write the fields out',
      );
      return undefined;
    }
    const written = isScalar(node) ? quote(String(node.source ?? node.value)) : 'this key';
    this.#fault(
      'keyType',
      offset,
      `${written} is not text`,
      'keys are text; put the key in quotes',
    );
    return undefined;
  }

  #expand(alias: Node & { source: string }, at: Place): Converted {
    const offset = alias.range?.[0] ?? at.fallback;
    if (++this.#expansions > limits.aliases) {
      this.#stop('aliases', offset, `more than ${limits.aliases} aliases are expanded here`);
    }
    // An anchor may be redefined; an alias means the one that stood when the alias was first read.
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (!target) {
      this.#fault(
        'yamlSyntax',
        offset,
        `nothing before this is anchored as &${alias.source}`,
        // YAML reads the unquoted pattern `*.example.com` as the alias of an anchor `.example.com`.
        /^[*.]/.test(alias.source)
          ? `put the pattern in quotes: "*${alias.source}"`
          : 'define the anchor first, or write the value out',
      );
      return { value: null, mark: { value: offset, parts: noParts } };
    }
    if (this.#open.has(target)) {
      this.#stop('aliases', offset, `the alias *${alias.source} stands inside what it stands for`);
    }
    this.#targets.set(alias, target);
    this.#expanding++;
    const converted = this.#convert(target, { ...at, fallback: offset });
    this.#expanding--;
    const key = at.key === undefined ? {} : { key: at.key };
    return { value: converted.value, mark: { ...converted.mark, ...key, value: offset } };
  }

  #stop(name: ProblemName, offset: number, message: string): never {
    this.#fault(name, offset, message, 'write the values out instead of using aliases');
    throw new LimitReached();
  }

  #fault(name: ProblemName, offset: number, message: string, remedy: string): void {
    this.faults.push({ name, offset, message, remedy });
  }
}

interface Place {
  readonly key: number | undefined;
  /** Where to point if the value has no text. */
  readonly fallback: number;
  readonly depth: number;
}

function quote(text: string): string {
  return `\`${text}\``;
}
