// Controls (C0, C1), formats (bidi overrides, zero-width, tags), lone surrogates, unassigned, line separators.
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text from a policy as a terminal may show it: nothing in it can move the cursor, change colours, reorder or hide
 * what stands around it. Such characters become visible escapes, `\u{1b}`.
 */
export function harmlessText(text: string): string {
  return text.replace(
    unsafe,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** {@link JSON.stringify} whose output a terminal can show as well; it reads back as the same value. */
export function harmlessJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(unsafe, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, i) =>
          escapeUnit(character.charCodeAt(i)),
        ).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
