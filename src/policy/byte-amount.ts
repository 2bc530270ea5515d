const factors: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Bytes of `500MB` (decimal) or `2GiB` (binary, rule K6); `undefined` if it is no such text. May exceed safe integers. */
export function parseByteAmount(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+) ?([A-Za-z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}
