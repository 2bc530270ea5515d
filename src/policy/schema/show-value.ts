const longest = 60;

/** A value as a message shows it: short, on one line. */
export function show(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = String(value);
  return `\`${text.length > longest ? `${text.slice(0, longest)}…` : text}\``;
}

/** What an author calls a JSON type. */
export function typeName(type: string): string {
  return typeNames[type] ?? type;
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

/** What a message calls the value at `path`: its key, or which item of which list it is. */
export function nameOf(path: readonly (string | number)[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'the document';
  const list = path.at(-2);
  return /^\d+$/.test(String(last)) && list !== undefined
    ? `item ${Number(last) + 1} of ${show(list)}`
    : show(last);
}
