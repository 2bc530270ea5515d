/** Order of the UTF-8 bytes, which is that of the code points (names and ids are ASCII): the same on every machine. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
