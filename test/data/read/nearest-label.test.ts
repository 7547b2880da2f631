import { describe, expect, test } from 'vitest';
import { editDistance, nearestLabel, nearestTag } from '../../../src/data/read/nearest-label';

describe('the edit distance', () => {
  test.each([
    ['PER', 'PER', 0],
    ['PER', 'PERS', 1],
    ['PER', 'PRE', 1], // neighbours swapped
    ['kitten', 'sitting', 3], // Wagner and Fischer's pair
    ['', 'LOC', 3],
    ['CA', 'ABC', 3], // 2 if a letter could be touched twice
  ])('of %s and %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('the nearest label', () => {
  const counts = new Map([
    ['PER', 700],
    ['PERS', 3],
    ['LOC', 900],
    ['ORG', 300],
    ['location', 40],
  ]);

  test.each([
    ['PEr', 'PER'], // the same letters
    ['PRE', 'PER'],
    ['OLOC', 'LOC'],
    ['LOCer', 'LOC'],
    ['locaton', 'location'],
  ])('of %s is %s', (slip, meant) => {
    expect(nearestLabel(slip, counts)).toBe(meant);
  });

  test('of two that are equally near is the more frequent', () => {
    const near = [
      ['PEP', 1],
      ['PEZ', 2],
    ] as const;
    expect(nearestLabel('PEX', new Map(near))).toBe('PEZ');
    expect(nearestLabel('PEX', new Map([...near].reverse()))).toBe('PEZ');
  });

  test('is none where nothing is near, and none for text that is no label', () => {
    expect(nearestLabel('MISC', counts)).toBeUndefined();
    expect(nearestLabel('', new Map([['A', 1]]))).toBeUndefined();
    expect(nearestLabel('x'.repeat(100_000), counts)).toBeUndefined();
  });
});

describe('the nearest tag', () => {
  const counts = new Map([
    ['PER', 700],
    ['LOC', 900],
    ['ORG', 300],
  ]);

  test.each([
    ['I_ORG', 'I-ORG'],
    ['B.PER', 'B-PER'],
    ['BPER', 'B-PER'],
    ['b-loc', 'B-LOC'],
    ['i-loc', 'I-LOC'],
    ['0', 'O'],
    ['o', 'O'],
    ['LOC', 'B-LOC'], // B- and I- are equally near: the one that begins
  ])('of %s is %s', (tag, meant) => {
    expect(nearestTag(tag, counts, 'IOB2')).toBe(meant);
  });

  test('is none for an empty tag, for one that shares no letter, and for a word', () => {
    for (const tag of ['', 'v', 'Mittwoch', 'B-']) {
      expect(nearestTag(tag, counts, 'IOB2')).toBeUndefined();
    }
  });

  test('is one the scheme has', () => {
    expect(nearestTag('S_PER', counts, 'IOBES')).toBe('S-PER');
    expect(nearestTag('S_PER', counts, 'IOB2')).not.toBe('S-PER');
  });
});
