/** No gateway gets so far by itself, and flows keep twice the number. */
const FAR = 1n << 62n;

/**
 * A number later than any that packets have been judged by, whose slot they do not read.
 * @param own the last that this process has put in force
 * @param seen what the kernel holds, which somebody else may have written
 */
export function generationAfter(own: bigint, seen: bigint): bigint {
  const foreign = seen < FAR ? seen : 0n;
  const next = (foreign > own ? foreign : own) + 1n;
  return (next & 1n) === (seen & 1n) ? next + 1n : next;
}
