import { describe, expect, it } from 'vitest';
import { NumberPool } from '../../gateway/tables/number-pool.ts';

const pool = (limit = 4) => new NumberPool('things', 1, limit);

describe('a pool of numbers', () => {
  it('gives each text one number, and the same again', () => {
    const numbers = pool();
    expect([numbers.take('a'), numbers.take('b'), numbers.take('a')]).toEqual([1, 2, 1]);
    expect(numbers.find('b')).toBe(2);
    expect(numbers.find('c')).toBeUndefined();
  });

  it('gives out a returned number only when all others are used up, the longest returned first', () => {
    const numbers = pool();
    numbers.take('a');
    numbers.take('b');
    numbers.release('b');
    numbers.release('a');
    expect(['c', 'd', 'e'].map((text) => numbers.take(text))).toEqual([3, 2, 1]);
  });

  it('says what is too many, and keeps what it has', () => {
    const numbers = pool();
    for (const text of ['a', 'b', 'c']) numbers.take(text);
    expect(numbers.isExhausted).toBe(true);
    expect(() => numbers.take('d')).toThrow('More things than this gateway can hold (4)');
    expect(numbers.take('a')).toBe(1);
    numbers.release('b');
    expect(numbers.isExhausted).toBe(false);
    expect(numbers.take('d')).toBe(2);
  });

  it('returns nothing twice', () => {
    const numbers = pool();
    numbers.take('a');
    numbers.release('a');
    numbers.release('a');
    for (const text of ['b', 'c', 'd']) numbers.take(text);
    expect(() => numbers.take('e')).toThrow('More things');
  });

  it('goes on where an earlier process ended, and fills what that one left out', () => {
    const numbers = pool(6);
    numbers.adopt('b', 3);
    numbers.adopt('a', 1);
    expect(['c', 'd', 'e'].map((text) => numbers.take(text))).toEqual([4, 5, 2]);
    expect(numbers.take('b')).toBe(3);
    expect(() => numbers.take('f')).toThrow('More things');
  });

  it('that takes over two numbers of one text gives one of them back', () => {
    const numbers = pool();
    numbers.adopt('a', 1);
    numbers.adopt('a', 3);
    expect(numbers.take('a')).toBe(3);
    expect(['b', 'c'].map((text) => numbers.take(text))).toEqual([1, 2]);
  });
});
