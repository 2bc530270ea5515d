/** Bytewise order of ASCII text, which names and ids are: the same on every machine and in every locale. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
