import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/random/seeded-random';

describe('SeededRandom', () => {
  test('gives the reference sequence of xoshiro128** from the state 1, 2, 3, 4', () => {
    // The sequence of the authors' C source, as the Rust crate rand_xoshiro tests it.
    const random = new SeededRandom(0);
    random.state.set([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.nextUint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  test('repeats for equal seed words and differs when any word, or their order, differs', () => {
    const first = (...words: number[]) => new SeededRandom(...words).nextUint32();
    expect(first(3, 7)).toBe(first(3, 7));
    const others = [
      first(3, 7),
      first(7, 3),
      first(3, 8),
      first(4, 7),
      first(3),
      first(0),
      first(0, 0),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test('goes on from a copied state', () => {
    const random = new SeededRandom(5);
    random.nextUint32();
    const copy = new SeededRandom(0);
    copy.state.set(random.state);
    expect([copy.nextUint32(), copy.nextUint32()]).toEqual([
      random.nextUint32(),
      random.nextUint32(),
    ]);
  });

  test('nextBelow reaches each number about equally often', () => {
    const random = new SeededRandom(11);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw++) counts[random.nextBelow(6)]!++;
    // χ² with 5 degrees of freedom stays under 20.5 with probability 0.999.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(20.5);
  });

  test('shuffle keeps every item and brings each of the six orders of three about equally often', () => {
    const random = new SeededRandom(2);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 12_000; draw++) {
      const items = ['a', 'b', 'c'];
      random.shuffle(items);
      counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    expect(chiSquared).toBeLessThan(20.5);
  });
});
