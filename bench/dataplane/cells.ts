/** What a packet is to whatever judges it. */
export type PacketKind = 'established' | 'new' | 'denied' | 'changed';

export interface Cell {
  readonly kind: PacketKind;
  readonly rules: number;
  /** Connections that are known, or as which the refused ones come. */
  readonly flows: number;
}

const kinds: readonly PacketKind[] = ['established', 'new', 'denied', 'changed'];
const ruleCounts = [10, 1000, 16_384, 131_072];
const flowCounts = [1, 1000, 65_536];

/** Every combination, by rules, so that those are loaded once. One flow cannot show what a change costs the next packet. */
export function allCells(): Cell[] {
  return ruleCounts.flatMap((rules) =>
    flowCounts.flatMap((flows) =>
      kinds
        .filter((kind) => kind !== 'changed' || flows > 1)
        .map((kind) => ({ kind, rules, flows })),
    ),
  );
}

/** Of 16,384 rules what their neighbours on both sides leave open. */
export function defaultCells(): Cell[] {
  return allCells().filter(({ rules, flows }) => rules !== 16_384 || flows === 1000);
}

/**
 * Cells by text: `established`, `new/1000`, `denied/131072/65536`: a kind, then rules, then flows; what is left out is any.
 * @throws Error for what is no cell
 */
export function cellsNamed(names: readonly string[], among: readonly Cell[]): Cell[] {
  return names.flatMap((name) => {
    const [kind, rules, flows] = name.split('/');
    const found = among.filter(
      (cell) =>
        cell.kind === kind &&
        (rules === undefined || cell.rules === Number(rules)) &&
        (flows === undefined || cell.flows === Number(flows)),
    );
    if (found.length > 0) return found;
    throw new Error(
      `There are no cells ${name}. Kinds: ${kinds.join(', ')}; rules: ${ruleCounts.join(', ')}; flows: ${flowCounts.join(', ')}. Example: established/1000/1`,
    );
  });
}
