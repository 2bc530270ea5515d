import { describe, expect, it } from 'vitest';
import { Struct, structs } from '../../gateway/layout/index.ts';
import { array } from '../../gateway/layout/struct.ts';

describe('a struct', () => {
  const inner = new Struct('inner', { wide: 'u32', narrow: array('u16', 2) });
  const outer = new Struct('outer', {
    big: 'u64',
    timer: 'timer',
    items: array(inner, 2),
    bytes: array('u8', 4),
    last: 'u32',
  });
  const value = {
    big: 0xfedc_ba98_7654_3210n,
    timer: undefined,
    items: [
      { wide: 0xffff_ffff, narrow: [1, 0xffff] },
      { wide: 7, narrow: [0, 3] },
    ],
    bytes: Uint8Array.of(9, 8, 7, 6),
    last: 1,
  };

  it('is decoded as it was encoded', () => {
    expect(outer.decode(outer.encode(value))).toEqual(value);
  });

  it('is little-endian, field after field', () => {
    const bytes = inner.encode({ wide: 0x01020304, narrow: [0x0506, 0x0708] });
    expect(bytes.toString('hex')).toBe('0403020106050807');
    expect(outer.fields.map(({ offset }) => offset)).toEqual([0, 8, 24, 40, 44]);
    expect(outer.size).toBe(48);
  });

  it('leaves a timer’s bytes alone, and what is not given zero', () => {
    const before = Buffer.alloc(outer.size, 0xaa);
    outer.encode({ last: 2 }, before);
    expect(before.subarray(8, 24)).toEqual(Buffer.alloc(16, 0xaa));
    expect(outer.encode({ last: 2 }).subarray(0, 44)).toEqual(Buffer.alloc(44));
  });

  it('takes no more items than it has room for', () => {
    expect(() => inner.encode({ narrow: [1, 2, 3] })).toThrow('narrow: more than 2 items');
    expect(() => outer.encode({ bytes: new Uint8Array(5) })).toThrow('bytes: more than 4 items');
  });

  it('takes no number that its field cannot hold', () => {
    expect(() => inner.encode({ wide: 2 ** 32 })).toThrow(RangeError);
    expect(() => inner.encode({ wide: -1 })).toThrow(RangeError);
    expect(() => outer.encode({ big: 1n << 64n })).toThrow(RangeError);
  });

  it('has no byte that is not written down: padding must be a field', () => {
    expect(() => new Struct('gap', { a: 'u8', b: 'u32' })).toThrow('b needs padding before it');
    expect(() => new Struct('tail', { a: 'u32', b: 'u8' })).toThrow('needs padding at its end');
    expect(() => new Struct('nested', { a: 'u8', b: array(inner, 1) })).toThrow('padding');
  });

  it('of the tables is a multiple of its alignment', () => {
    for (const struct of Object.values(structs)) expect(struct.size % struct.alignment).toBe(0);
  });
});
