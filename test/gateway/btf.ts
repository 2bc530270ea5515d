import { execa } from 'execa';
import { objectPath } from '../../gateway/kernel/index.ts';

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly type_id?: number;
  readonly nr_elems?: number;
  readonly members?: readonly { name: string; type_id: number; bits_offset: number }[];
  readonly values?: readonly { name: string; val: number }[];
}

export interface BtfField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Types as clang laid them out in the compiled eBPF object. */
export class Btf {
  readonly #rows: ReadonlyMap<number, Row>;

  private constructor(rows: readonly Row[]) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  static async ofObject(): Promise<Btf> {
    const args = ['--json', 'btf', 'dump', 'file', objectPath(), 'format', 'raw'];
    const { stdout } = await execa('bpftool', args);
    return new Btf((JSON.parse(stdout) as { types: Row[] }).types);
  }

  struct(name: string): { size: number; fields: BtfField[] } | undefined {
    const row = this.#find('STRUCT', name);
    if (!row) return undefined;
    const fields = (row.members ?? []).map((member) => ({
      name: member.name,
      offset: member.bits_offset / 8,
      size: this.#sizeOf(member.type_id),
    }));
    return { size: row.size ?? 0, fields };
  }

  enumeration(name: string): Record<string, number> {
    const { values = [] } = this.#find('ENUM', name) ?? {};
    return Object.fromEntries(values.map((value) => [value.name, value.val]));
  }

  #find(kind: string, name: string): Row | undefined {
    return [...this.#rows.values()].find((row) => row.kind === kind && row.name === name);
  }

  #sizeOf(id: number): number {
    const row = this.#rows.get(id);
    if (!row) throw new Error(`BTF has no type ${id}`);
    if (row.kind === 'PTR') return 8;
    if (row.kind === 'ARRAY') return (row.nr_elems ?? 0) * this.#sizeOf(row.type_id ?? 0);
    return row.size ?? this.#sizeOf(row.type_id ?? 0);
  }
}
